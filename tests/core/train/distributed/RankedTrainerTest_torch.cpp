// SPDX-License-Identifier: GPL-3.0-or-later
//
// Several ranks train as one process does.
#include "core/base/Error.h"
#include "core/train/Checkpoint.h"
#include "core/train/CheckpointState_torch.h"

#include "tests/core/train/distributed/RankThreads_torch.h"
#include "tests/core/train/distributed/RankedRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <limits>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RanksEnded;
using testing::someExamples;

struct Kind
{
    const char* name;
    TrainingSettings settings;
    double tolerance; ///< of losses, relative
};

/// The bound is 1e-5 in float32. In bfloat16 one process adds its micro-batches' gradients
/// up in that format, ranks add theirs in float32: 2^-8 in a gradient, more in what comes of it.
std::vector<Kind> kinds()
{
    TrainingSettings adapters = testing::quickSettings();
    adapters.lowRank.dropout = 0.3;
    TrainingSettings full = testing::fullSettings();
    full.schedule = Schedule::Cosine;
    full.warmupRatio = 0.2;
    full.maxGradNorm = 0.5;
    TrainingSettings byTokens = testing::fullSettings();
    byTokens.batch = 2;
    byTokens.objective.normalize = causal::Normalize::Batch;
    TrainingSettings exact = full;
    exact.dtype = "float64";
    TrainingSettings half = testing::fullSettings();
    half.dtype = "bfloat16";
    TrainingSettings eightBit = testing::fullSettings();
    eightBit.optimizerState = OptimizerState::EightBit;
    return {{"adapters with dropout", adapters, 1e-5},
            {"full, clipped", full, 1e-5},
            {"full, normalised by micro-batch", byTokens, 1e-5},
            {"full in float64", exact, 1e-12},
            {"full in bfloat16", half, 0.2},
            {"full with 8-bit state", eightBit, 1e-2}};
}

/// 18 records in steps of 4 or 8: the last step of an epoch leaves some ranks without work.
std::vector<causal::TwinExample> records()
{
    return someExamples(18, 6);
}

TEST(RankedTrainer, TwoAndFourRanksHaveTheCurveOfOne)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    for (Kind kind : kinds()) {
        const TemporaryFolder temporary;
        const RanksEnded one =
            testing::trainOn(1, model, temporary / "1", kind.settings, records());
        const std::vector<double> curve = testing::lossesOf(temporary / "1");
        ASSERT_GE(curve.size(), 9U);
        for (const bool early : {false, true}) { // ZeRO stages 1 and 2
            kind.settings.shardGradients = early;
            for (const int ranks : {2, 4}) {
                const std::string name = std::to_string(ranks) + (early ? " early" : "");
                const RanksEnded several =
                    testing::trainOn(ranks, model, temporary / name, kind.settings, records());
                ASSERT_THAT(several.thrown, Each(IsEmpty()));
                const double difference =
                    testing::curveDifference(curve, testing::lossesOf(temporary / name));
                EXPECT_LE(difference, kind.tolerance) << kind.name << " on " << name;
                std::printf("[ MEASURED ] %s, %s ranks: largest difference of losses %.1e\n",
                            kind.name, name.c_str(), difference);
                for (const auto& weights : several.weights) {
                    EXPECT_TRUE(testing::identical(weights, several.weights.front()));
                }
            }
        }
        EXPECT_THAT(one.thrown, Each(IsEmpty()));
    }
}

TEST(RankedTrainer, EventsAreThoseOfOneProcess)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const TrainingSettings settings = testing::quickSettings();
    const auto heldOut = someExamples(5, 8);
    static_cast<void>(testing::trainOn(1, model, temporary / "one", settings, records(), heldOut));
    const RanksEnded ended =
        testing::trainOn(4, model, temporary / "four", settings, records(), heldOut);
    ASSERT_THAT(ended.thrown, Each(IsEmpty()));

    EXPECT_EQ(testing::kindsOf(temporary / "four"), testing::kindsOf(temporary / "one"));
    // A checkpoint's event comes when it is written, which is beside the steps.
    const auto one = testing::inOrderOfSteps(temporary / "one");
    const auto four = testing::inOrderOfSteps(temporary / "four");
    ASSERT_EQ(one.size(), four.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        for (const char* field : {"loss", "loss_main", "loss_causal", "mean_pce",
                                  "preference_ratio", "grad_norm", "nll", "nll_no_history"}) {
            if (one[i].contains(field) && !one[i].at(field).is_null()) {
                const double value = one[i].at(field).get<double>();
                EXPECT_NEAR(four[i].at(field).get<double>(), value,
                            1e-5 * std::max(1.0, std::abs(value)))
                    << field << " of event " << i;
            }
        }
        for (const char* field : {"step", "tokens", "lr", "records"}) {
            if (one[i].contains(field)) {
                EXPECT_EQ(four[i].at(field), one[i].at(field)) << field << " of event " << i;
            }
        }
    }
    EXPECT_EQ(four.front().at("ranks"), 4);
    EXPECT_TRUE(fs::exists(temporary / "four" / "model" / "adapter_model.safetensors"));
}

TEST(RankedTrainer, ACheckpointIsThatOfOneProcess)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    for (const Kind& kind : kinds()) {
        const TemporaryFolder temporary;
        TrainingSettings settings = kind.settings;
        settings.maxSteps = 2;
        static_cast<void>(testing::trainOn(1, model, temporary / "one", settings, records()));
        static_cast<void>(testing::trainOn(4, model, temporary / "four", settings, records()));
        const auto slots = [&](const char* run) {
            const auto decoder = testing::trainable(model, settings);
            AdamW optimizer{decoder->network().trainableParameters(), settings};
            const std::vector<AdamW::Slot> state = optimizer.state();
            readTensors(temporary / run / "checkpoints/2/state.safetensors", state);
            std::vector<torch::Tensor> tensors;
            for (const AdamW::Slot& slot : state) {
                if (slot.tensor.scalar_type() != torch::kUInt8) {
                    tensors.push_back(slot.tensor.detach().to(torch::kDouble).clone());
                }
            }
            return tensors;
        };
        // A weight whose gradient is nothing but rounding (the bias of keys, which softmax does not
        // see) is moved by AdamW as if it were one, by up to 1e-3 a step and to
        // either side; in float64 that is below epsilon. Codes are compared in ShardedStateTest.
        const bool exact = kind.settings.dtype == "float64";
        const double tolerance = exact ? 1e-12 : 4e-3;
        EXPECT_LT(testing::difference(slots("one"), slots("four")), tolerance) << kind.name;
    }
}

TEST(RankedTrainer, ARunGoesOnOnAnyNumberOfRanks)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    for (Kind kind : kinds()) {
        const TemporaryFolder temporary;
        static_cast<void>(
            testing::trainOn(1, model, temporary / "whole", kind.settings, records()));
        const std::vector<double> curve = testing::lossesOf(temporary / "whole");

        const fs::path run = temporary / "run";
        static_cast<void>(RunDirectory::create(run, kind.settings, {}));
        for (const auto& [ranks, until] : {std::pair{2, 3}, {4, 6}, {1, -1}}) {
            const RanksEnded ended = testing::resumeOn(ranks, model, run, records(), until);
            ASSERT_THAT(ended.thrown, Each(IsEmpty()));
            for (const RunResult& result : ended.results) {
                EXPECT_EQ(result.end, until < 0 ? RunEnd::Finished : RunEnd::Stopped);
                EXPECT_EQ(result.steps, until < 0 ? std::ssize(curve) : until);
            }
        }
        EXPECT_LE(testing::curveDifference(curve, testing::lossesOf(run)), kind.tolerance)
            << kind.name;
        EXPECT_EQ(testing::eventsOf(run, "step").size(), curve.size()); // none was done twice
        const auto warnings = testing::eventsOf(run, "warning");
        ASSERT_EQ(warnings.size(), 2U);
        EXPECT_EQ(warnings.front().at("message"),
                  "resumed with 4 ranks after 2: sums may differ in their last digits");
    }
}

TEST(RankedTrainer, TheSameRanksGoOnBitByBit)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const TrainingSettings settings = testing::fullSettings();
    const RanksEnded whole = testing::trainOn(2, model, temporary / "whole", settings, records());
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
    static_cast<void>(testing::resumeOn(2, model, temporary / "run", records(), 4));
    const RanksEnded resumed = testing::resumeOn(2, model, temporary / "run", records());
    EXPECT_EQ(testing::lossesOf(temporary / "run"), testing::lossesOf(temporary / "whole"));
    EXPECT_TRUE(testing::identical(resumed.weights.front(), whole.weights.front()));
}

TEST(RankedTrainer, AStopWithinAStepGivesItUpEverywhere)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    for (const bool early : {false, true}) {
        const TemporaryFolder temporary;
        TrainingSettings settings = testing::quickSettings();
        settings.shardGradients = early;
        settings.accumulation = 8;
        static_cast<void>(testing::trainOn(1, model, temporary / "whole", settings, records()));
        static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
        int backwards = 0;
        const auto stopInStepTwo = [&](ProcessGroup& group, model::Decoder& decoder,
                                       std::stop_source& source) {
            if (group.rank() == 1) {
                decoder.network().trainableParameters().back().tensor.register_hook(
                    [&](const torch::Tensor& /*gradient*/) {
                        if (++backwards == 6) { // of about four a step
                            source.request_stop();
                        }
                    });
            }
        };
        const RanksEnded stopped =
            testing::resumeOn(2, model, temporary / "run", records(), -1, stopInStepTwo);
        ASSERT_THAT(stopped.thrown, Each(IsEmpty()));
        EXPECT_EQ(stopped.results[0].steps, 1);
        EXPECT_EQ(stopped.results[1].steps, 1);
        EXPECT_EQ(stopped.results[0].checkpoint, "checkpoints/1");
        static_cast<void>(testing::resumeOn(2, model, temporary / "run", records()));
        EXPECT_LE(testing::curveDifference(testing::lossesOf(temporary / "whole"),
                                           testing::lossesOf(temporary / "run")),
                  1e-5);
    }
}

TEST(RankedTrainer, AGradientThatIsNoNumberSkipsTheStepOnAllRanks)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.maxSteps = 3;
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
    bool spoilt = false;
    const auto spoilOne = [&](ProcessGroup& group, model::Decoder& decoder,
                              std::stop_source& /*source*/) {
        if (group.rank() == 1) {
            decoder.network().trainableParameters().back().tensor.register_hook(
                [&](const torch::Tensor& gradient) {
                    const bool now = !std::exchange(spoilt, true);
                    return now ? gradient * std::numeric_limits<float>::quiet_NaN() : gradient;
                });
        }
    };
    const RanksEnded ended =
        testing::resumeOn(2, model, temporary / "run", records(), -1, spoilOne);
    ASSERT_THAT(ended.thrown, Each(IsEmpty()));
    EXPECT_TRUE(testing::identical(ended.weights[0], ended.weights[1]));
    const auto warnings = testing::eventsOf(temporary / "run", "warning");
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings.front().at("step"), 1);
    EXPECT_EQ(warnings.front().at("records").size(), 4U); // those of both ranks
}

TEST(RankedTrainer, ARankThatFailsEndsTheOthersWithItsName)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    static_cast<void>(RunDirectory::create(temporary / "run", testing::quickSettings(), {}));
    int backwards = 0;
    const auto failLater = [&](ProcessGroup& group, model::Decoder& decoder,
                               std::stop_source& /*source*/) {
        if (group.rank() == 1) {
            decoder.network().trainableParameters().back().tensor.register_hook(
                [&](const torch::Tensor& /*gradient*/) {
                    if (++backwards == 4) {
                        throw Error{ErrorKind::Internal, "the sums do not add up", "here",
                                    "count again"};
                    }
                });
        }
    };
    const RanksEnded ended =
        testing::resumeOn(3, model, temporary / "run", records(), -1, failLater);
    EXPECT_THAT(ended.thrown[0], HasSubstr("rank 1 (process "));
    EXPECT_THAT(ended.thrown[0], HasSubstr("failed: the sums do not add up"));
    EXPECT_THAT(ended.thrown[1], HasSubstr("the sums do not add up"));
    EXPECT_THAT(ended.thrown[2], HasSubstr("rank 1 (process "));
    const auto errors = testing::eventsOf(temporary / "run", "error");
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors.front().at("message").get<std::string>(), HasSubstr("rank 1"));
}

TEST(RankedTrainer, RefusesAStepThatHasTooFewMicroBatches)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.accumulation = 2;
    const RanksEnded ended = testing::trainOn(3, model, temporary / "run", settings, records());
    EXPECT_THAT(ended.thrown, Each(HasSubstr("fewer micro-batches (accumulation 2) than there are "
                                             "ranks (3)")));
}

} // namespace

} // namespace nextquill::train
