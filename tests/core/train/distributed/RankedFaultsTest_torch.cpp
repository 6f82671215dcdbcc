// SPDX-License-Identifier: GPL-3.0-or-later
//
// What befalls one of several ranks: too little memory, a disk that refuses, an error while a
// checkpoint is written; and which of their checkpoints becomes the model.
#include "core/base/Error.h"
#include "core/train/Checkpoint.h"

#include "tests/core/train/distributed/RankThreads_torch.h"
#include "tests/core/train/distributed/RankedRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <memory>
#include <new>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::SmallDisk;
using nextquill::testing::TemporaryFolder;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RanksEnded;
using testing::someExamples;

/// Calls `fail` in a rank's n-th backward pass, and in no other.
testing::Prepare failing(int rank, int n, const std::function<void()>& fail)
{
    return [=](ProcessGroup& group, model::Decoder& decoder, std::stop_source& /*source*/) {
        if (group.rank() != rank) {
            return;
        }
        const auto passes = std::make_shared<int>(0);
        decoder.network().trainableParameters().at(0).tensor.register_hook(
            [=](const torch::Tensor& /*gradient*/) {
                if (++*passes == n) {
                    fail();
                }
            });
    };
}

TEST(RankedFaults, SmallerPassesOfOneAreThoseOfAllAndTheCurveStays)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    TrainingSettings settings = testing::quickSettings();
    settings.dtype = "float64";
    settings.batch = 4;
    settings.epochs = 2;
    for (const bool early : {false, true}) { // ZeRO stages 1 and 2
        settings.shardGradients = early;
        for (const int rank : {0, 1, 2}) {
            const TemporaryFolder temporary;
            const auto examples = someExamples(30, 6); // 16 and 14 to a step: the ranks' counts of
                                                       // micro-batches differ
            static_cast<void>(testing::trainOn(1, model, temporary / "whole", settings, examples));
            static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
            const RanksEnded ended =
                testing::resumeOn(3, model, temporary / "run", examples, -1,
                                  failing(rank, 2, [] { throw std::bad_alloc{}; }));

            ASSERT_THAT(ended.thrown, Each(IsEmpty())) << "rank " << rank;
            EXPECT_LE(testing::curveDifference(testing::lossesOf(temporary / "whole"),
                                               testing::lossesOf(temporary / "run")),
                      1e-12);
            for (const auto& weights : ended.weights) {
                EXPECT_TRUE(testing::identical(weights, ended.weights.front()));
            }
            const auto warnings = testing::eventsOf(temporary / "run", "warning");
            ASSERT_EQ(warnings.size(), 1U);
            EXPECT_THAT(warnings.front().at("message").get<std::string>(),
                        HasSubstr(rank == 0 ? "not enough memory for 4 records at once"
                                            : "rank " + std::to_string(rank) +
                                                  " has not enough memory for more than 2"));
            const auto state = checkpointState(temporary / "run/checkpoints/4");
            ASSERT_TRUE(state);
            EXPECT_EQ(state->at("records_at_once"), 2);
        }
    }
}

TEST(RankedFaults, TheBestOfSeveralRanksIsTheModel)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.dtype = "float64";
    settings.learningRate = 0.05; // past the best
    settings.keepBest = true;
    settings.keepCheckpoints = 1;
    settings.evaluateEvery = 1;
    const auto heldOut = someExamples(5, 8);
    const auto examples = someExamples(12, 6);
    const auto one = testing::trainOn(1, model, temporary / "one", settings, examples, heldOut);
    const auto three = testing::trainOn(3, model, temporary / "three", settings, examples, heldOut);
    ASSERT_THAT(three.thrown, Each(IsEmpty()));

    const Json best = testing::eventsOf(temporary / "one", "done").at(0).at("model_step");
    ASSERT_LT(best, 9) << "the last step is the best: choose a higher rate";
    EXPECT_EQ(testing::eventsOf(temporary / "three", "done").at(0).at("model_step"), best);
    EXPECT_EQ(RunDirectory::open(temporary / "three")->checkpoints(),
              RunDirectory::open(temporary / "one")->checkpoints());
    for (const auto& weights : three.weights) {
        EXPECT_TRUE(testing::identical(weights, three.weights.front()));
        EXPECT_LT(testing::difference(weights, one.weights.front()), 1e-9);
    }
}

TEST(RankedFaults, ADiskThatRefusesIsWhatAllSay)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::fullSettings();
    settings.checkpointEvery = 2;
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
    static_cast<void>(testing::resumeOn(2, model, temporary / "run", someExamples(12, 6), 2));
    {
        const SmallDisk disk{std::size_t{200} << 10}; // a checkpoint of the whole model is larger
        const RanksEnded ended =
            testing::resumeOn(2, model, temporary / "run", someExamples(12, 6));
        EXPECT_THAT(ended.thrown[0], HasSubstr("checkpoints/4"));
        EXPECT_THAT(ended.thrown[1], HasSubstr("rank 0 (process "));
        EXPECT_THAT(ended.thrown[1], HasSubstr("checkpoints/4"));
    }
    EXPECT_EQ(RunDirectory::open(temporary / "run")->checkpoints(), std::vector<std::int64_t>{2});
    const RanksEnded again = testing::resumeOn(2, model, temporary / "run", someExamples(12, 6));
    EXPECT_THAT(again.thrown, Each(IsEmpty()));
    static_cast<void>(
        testing::trainOn(2, model, temporary / "whole", settings, someExamples(12, 6)));
    EXPECT_EQ(testing::lossesOf(temporary / "run"), testing::lossesOf(temporary / "whole"));
}

TEST(RankedFaults, ACheckpointUnderWayIsWrittenThoughARankIsLost)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.checkpointEvery = 1;
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
    // Two passes a step on each of two ranks: the fifth is of step 3, while step 2 is written.
    const RanksEnded ended = testing::resumeOn(
        2, model, temporary / "run", someExamples(12, 6), -1,
        failing(1, 5, [] { throw Error{ErrorKind::DeviceLost, "gone", "here", "buy another"}; }));
    EXPECT_THAT(ended.thrown[0], HasSubstr("failed: gone"));
    const auto directory = RunDirectory::open(temporary / "run");
    EXPECT_EQ(directory->checkpoints().front(), 2);
    EXPECT_EQ(testing::eventsOf(temporary / "run", "checkpoint").back().at("step"), 2);
    for (const auto& entry : fs::directory_iterator{temporary / "run/checkpoints"}) {
        EXPECT_FALSE(entry.path().has_extension()) << entry.path();
    }
}

} // namespace

} // namespace nextquill::train
