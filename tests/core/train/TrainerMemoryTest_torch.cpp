// SPDX-License-Identifier: GPL-3.0-or-later
//
// Memory that does not suffice for a micro-batch: smaller passes, the same records, the same curve.
#include "core/base/Error.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <functional>
#include <gmock/gmock.h>
#include <new>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using ::testing::HasSubstr;
using testing::MemoryExamples;
using testing::someExamples;

/// Four records at once, eight to a step, in numbers in which another order of sums does not show.
TrainingSettings fourAtOnce()
{
    TrainingSettings settings = testing::quickSettings();
    settings.dtype = "float64";
    settings.batch = 4;
    settings.accumulation = 2;
    settings.epochs = 2;
    return settings;
}

/// What LibTorch's allocator throws.
void allocateTooMuch()
{
    static_cast<void>(torch::empty({std::int64_t{1} << 55}));
}

/// Trains with `fail` called in the backward passes whose numbers, from 1, `fails` holds for.
testing::Ended trainFailing(
    const fs::path& model, const fs::path& run, const TrainingSettings& settings,
    const std::function<bool(int)>& fails, std::int64_t stopAt = -1,
    const std::function<void()>& fail = [] { throw std::bad_alloc{}; })
{
    const auto directory = fs::exists(run / "run.toml") ? RunDirectory::open(run)
                                                        : RunDirectory::create(run, settings, {});
    const auto decoder = testing::trainable(model, settings);
    int passes = 0;
    decoder->network().trainableParameters().at(0).tensor.register_hook(
        [&](const torch::Tensor& /*gradient*/) {
            if (fails(++passes)) {
                fail();
            }
        });
    const MemoryExamples examples{someExamples(11, 6)};
    Trainer trainer{*decoder, examples, nullptr, nullptr, *directory};
    std::stop_source source;
    testing::StopAtStep progress{source, stopAt};
    RunControl control;
    const RunResult result = trainer.run(source.get_token(), progress, control);
    return {.result = result, .weights = testing::weightsOf(*decoder)};
}

void expectNear(const std::vector<double>& actual, const std::vector<double>& expected)
{
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        EXPECT_NEAR(actual[i], expected[i], 1e-12) << "step " << i + 1;
    }
}

TEST(TrainerMemory, MicroBatchIsHalvedAndTheCurveStays)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    TrainingSettings batchOfSft = fourAtOnce();
    batchOfSft.objective = causal::Objective::defaults(causal::ObjectiveKind::Sft);
    batchOfSft.objective.normalize = causal::Normalize::Batch;
    const std::function<void()> failures[] = {[] { throw std::bad_alloc{}; }, allocateTooMuch};
    for (const TrainingSettings& settings : {fourAtOnce(), batchOfSft}) {
        for (const auto& fail : failures) {
            const TemporaryFolder temporary;
            const auto whole =
                trainFailing(model, temporary / "whole", settings, [](int) { return false; });
            // Step 2 has three records left: 1 and 2 are step 1's, the third pass is its only one.
            const auto halved = trainFailing(
                model, temporary / "run", settings, [](int pass) { return pass == 2; }, -1, fail);

            EXPECT_EQ(halved.result.end, RunEnd::Finished);
            expectNear(testing::lossesOf(temporary / "run"),
                       testing::lossesOf(temporary / "whole"));
            EXPECT_LT(testing::difference(halved.weights, whole.weights), 1e-10);
            const std::vector<Json> warnings = testing::eventsOf(temporary / "run", "warning");
            ASSERT_EQ(warnings.size(), 1U);
            EXPECT_EQ(warnings[0].at("step"), 1);
            EXPECT_EQ(warnings[0].at("records_at_once"), 2);
            EXPECT_THAT(warnings[0].at("message").get<std::string>(),
                        HasSubstr("not enough memory for 4 records at once"));
        }
    }
}

TEST(TrainerMemory, PartsOfAGroupOfTokensAreSaidToBeNormalisedApart)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = fourAtOnce();
    settings.objective.normalize = causal::Normalize::Batch;
    const auto ended =
        trainFailing(model, temporary / "run", settings, [](int pass) { return pass == 1; });
    EXPECT_EQ(ended.result.end, RunEnd::Finished);
    EXPECT_THAT(testing::eventsOf(temporary / "run", "warning").at(0).at("message").dump(),
                HasSubstr("normalised within each pass"));
}

TEST(TrainerMemory, SingleRecordThatDoesNotFitEndsTheRunAndKeepsItsCheckpoint)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = fourAtOnce();
    settings.checkpointEvery = 1;
    try {
        static_cast<void>(
            trainFailing(model, temporary / "run", settings, [](int pass) { return pass > 2; }));
        FAIL() << "nothing was said";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::OutOfMemory);
        EXPECT_THAT(error.problem(), HasSubstr("single record"));
        EXPECT_THAT(error.where(), HasSubstr("step 2"));
        EXPECT_THAT(error.remedy(), HasSubstr("max-prompt-tokens"));
        EXPECT_EQ(testing::eventsOf(temporary / "run").back().at("message"), error.what());
    }
    const auto warnings = testing::eventsOf(temporary / "run", "warning");
    ASSERT_EQ(warnings.size(), 3U); // 2, then 1, then that with its activations computed again
    EXPECT_THAT(warnings[2].at("message").get<std::string>(), HasSubstr("computed again"));
    EXPECT_THAT(RunDirectory::open(temporary / "run")->checkpoints(), ::testing::ElementsAre(1));
}

TEST(TrainerMemory, ActivationsThatDoNotFitAreComputedAgainBeforeTheRunIsGivenUp)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    for (const char* choice : {"auto", "off"}) {
        const TemporaryFolder temporary;
        TrainingSettings settings = testing::quickSettings(); // one record at once
        settings.activationCheckpointing = choice;
        const auto never = [](int) { return false; };
        const auto first = [](int pass) { return pass == 1; };
        if (settings.activationCheckpointing == "off") { // it was said that they are to be kept
            EXPECT_THROW(static_cast<void>(trainFailing(model, temporary / "run", settings, first)),
                         Error);
            continue;
        }
        const auto whole = trainFailing(model, temporary / "whole", settings, never);
        const auto again = trainFailing(model, temporary / "run", settings, first);
        EXPECT_EQ(testing::lossesOf(temporary / "run"), testing::lossesOf(temporary / "whole"));
        EXPECT_TRUE(testing::identical(again.weights, whole.weights));
    }
}

TEST(TrainerMemory, ResumedRunGoesOnWithTheSmallerPasses)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = fourAtOnce();
    settings.lowRank.dropout = 0.3; // drawn anew for each pass
    const auto never = [](int) { return false; };
    const auto first = [](int pass) { return pass == 1; };
    const auto whole = trainFailing(model, temporary / "whole", settings, first);

    static_cast<void>(trainFailing(model, temporary / "run", settings, first, 2));
    const auto resumed = trainFailing(model, temporary / "run", settings, never);

    EXPECT_EQ(testing::lossesOf(temporary / "run"), testing::lossesOf(temporary / "whole"));
    EXPECT_TRUE(testing::identical(resumed.weights, whole.weights));
}

TEST(TrainerMemory, PassesOfFewTokensGiveTheSameCurve)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(11, 6)};
    TrainingSettings settings = fourAtOnce();
    settings.lowRank.dropout = 0; // whose draws are of a pass
    const auto whole = testing::train(model, temporary / "whole", settings, examples);
    settings.maxPassTokens = 1; // every record alone
    const auto cut = testing::train(model, temporary / "cut", settings, examples);
    const std::vector<double> expected = testing::lossesOf(temporary / "whole");
    const std::vector<double> losses = testing::lossesOf(temporary / "cut");
    ASSERT_EQ(losses.size(), expected.size());
    for (std::size_t i = 0; i < losses.size(); ++i) {
        EXPECT_NEAR(losses[i], expected[i], 1e-10) << i;
    }
}

TEST(TrainerMemory, ActivationCheckpointingChangesNoDigit)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(8, 6)};
    for (const bool full : {false, true}) {
        TrainingSettings settings = testing::quickSettings();
        settings.full = full;
        settings.activationCheckpointing = "off";
        const std::string name = full ? "full" : "adapters";
        const auto kept = testing::train(model, temporary / (name + "-off"), settings, examples);
        settings.activationCheckpointing = "on";
        const auto again = testing::train(model, temporary / (name + "-on"), settings, examples);
        EXPECT_EQ(testing::lossesOf(temporary / (name + "-on")),
                  testing::lossesOf(temporary / (name + "-off")));
        EXPECT_TRUE(testing::identical(again.weights, kept.weights)) << name;
    }
}

} // namespace

} // namespace nextquill::train
