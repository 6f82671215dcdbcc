// SPDX-License-Identifier: GPL-3.0-or-later
//
// A run that was stopped goes on bit by bit as if it had not been; what would break that is shown
// to break it.
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/train/Checkpoint.h"
#include "core/train/CheckpointState_torch.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <gmock/gmock.h>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using testing::Ended;
using ::testing::HasSubstr;
using testing::MemoryExamples;
using testing::someExamples;

struct Kind
{
    const char* name;
    TrainingSettings settings;
};

/// Three epochs of 4 + 4 + 2 records: 9 steps.
std::vector<Kind> kinds()
{
    TrainingSettings adapters = testing::quickSettings();
    adapters.lowRank.dropout = 0.3;
    TrainingSettings full = testing::fullSettings();
    full.schedule = Schedule::Cosine;
    full.warmupRatio = 0.2;
    TrainingSettings half = testing::fullSettings();
    half.dtype = "bfloat16";
    half.batch = 2;
    half.accumulation = 2;
    TrainingSettings eightBit = full;
    eightBit.optimizerState = OptimizerState::EightBit;
    TrainingSettings halfAndEightBit = half;
    halfAndEightBit.optimizerState = OptimizerState::EightBit;
    return {{"adapters with dropout", adapters},
            {"full", full},
            {"full in bfloat16", half},
            {"full with 8-bit state", eightBit},
            {"full in bfloat16 with 8-bit state", halfAndEightBit}};
}

/// Stops the run in the middle of a step: behind the backward pass of micro-batch `at`, counted
/// over the whole session.
Ended resumeUntilMicroBatch(const fs::path& model, const fs::path& run,
                            const ExampleSource& examples, int at)
{
    const auto directory = RunDirectory::open(run);
    const auto decoder = testing::trainable(model, directory->settings());
    std::stop_source source;
    int done = 0;
    decoder->network().trainableParameters().back().tensor.register_hook(
        [&](const torch::Tensor& /*gradient*/) {
            if (++done == at) {
                source.request_stop();
            }
        });
    Trainer trainer{*decoder, examples, nullptr, nullptr, *directory};
    NoProgress quiet;
    RunControl control;
    const RunResult result = trainer.run(source.get_token(), quiet, control);
    return {.result = result, .weights = testing::weightsOf(*decoder)};
}

TEST(TrainerResume, StoppedRunsGoOnBitByBit)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const MemoryExamples examples{someExamples(10, 6)};
    for (const Kind& kind : kinds()) {
        const TemporaryFolder temporary;
        const Ended whole = testing::train(model, temporary / "whole", kind.settings, examples);
        const std::vector<double> losses = testing::lossesOf(temporary / "whole");

        static_cast<void>(RunDirectory::create(temporary / "run", kind.settings, {}));
        for (const std::int64_t stop : {0, 2, 5}) {
            const Ended part = testing::resume(model, temporary / "run", examples, stop);
            EXPECT_EQ(part.result.end, RunEnd::Stopped);
            EXPECT_EQ(part.result.steps, stop);
        }
        const Ended resumed = testing::resume(model, temporary / "run", examples);

        EXPECT_EQ(resumed.result.end, RunEnd::Finished);
        EXPECT_EQ(testing::lossesOf(temporary / "run"), losses) << kind.name;
        EXPECT_EQ(losses.size(), 9U);
        EXPECT_TRUE(testing::identical(resumed.weights, whole.weights)) << kind.name;
    }
}

TEST(TrainerResume, StopInTheMiddleOfAStepRepeatsIt)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const MemoryExamples examples{someExamples(10, 6)};
    for (const Kind& kind : {kinds()[0], kinds()[1], kinds()[3]}) {
        const TemporaryFolder temporary;
        const Ended whole = testing::train(model, temporary / "whole", kind.settings, examples);
        static_cast<void>(RunDirectory::create(temporary / "run", kind.settings, {}));

        const int perStep = static_cast<int>(kind.settings.accumulation);
        const Ended part =
            resumeUntilMicroBatch(model, temporary / "run", examples, perStep + perStep / 2);
        EXPECT_EQ(part.result.end, RunEnd::Stopped);
        EXPECT_EQ(part.result.steps, 1);
        EXPECT_EQ(part.result.checkpoint, "checkpoints/1");
        const Ended resumed = testing::resume(model, temporary / "run", examples);

        EXPECT_EQ(testing::lossesOf(temporary / "run"), testing::lossesOf(temporary / "whole"));
        EXPECT_TRUE(testing::identical(resumed.weights, whole.weights)) << kind.name;
    }
}

TEST(TrainerResume, StopInTheFirstStepHasNoCheckpointAndStartsAgain)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 6)};
    const TrainingSettings settings = testing::quickSettings();
    const Ended whole = testing::train(model, temporary / "whole", settings, examples);
    const auto fresh = testing::weightsOf(*testing::trainable(model, settings));
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));

    const Ended part = resumeUntilMicroBatch(model, temporary / "run", examples, 2);

    EXPECT_EQ(part.result.steps, 0);
    EXPECT_TRUE(part.result.checkpoint.empty());
    EXPECT_TRUE(testing::identical(part.weights, fresh));
    EXPECT_EQ(testing::kindsOf(temporary / "run"), "start, stop");
    EXPECT_TRUE(testing::identical(testing::resume(model, temporary / "run", examples).weights,
                                   whole.weights));
}

/// Writes the newest checkpoint again, whole, with its tensors or its state changed.
void changeCheckpoint(const fs::path& model, const fs::path& run,
                      const std::function<void(const AdamW::Slot&)>& changeTensor,
                      const std::function<void(Json&)>& changeState = {})
{
    const auto directory = RunDirectory::open(run);
    const auto decoder = testing::trainable(model, directory->settings());
    const AdamW optimizer{decoder->network().trainableParameters(), directory->settings()};
    const fs::path folder = directory->checkpointFolder(directory->checkpoints().at(0));
    readTensors(folder / "state.safetensors", optimizer.state());
    const torch::NoGradGuard noGrad;
    for (const AdamW::Slot& slot : optimizer.state()) {
        changeTensor(slot);
    }
    Json state = *checkpointState(folder);
    if (changeState) {
        changeState(state);
    }
    writeCheckpoint(folder, OrderedJson(state), [&](const fs::path& place) {
        writeTensors(place / "state.safetensors", optimizer.state());
    });
}

/// Weights of a run that was stopped at step 4 and had `change` done to its folder.
Ended afterChange(const fs::path& model, const ExampleSource& examples,
                  const std::function<void(const fs::path& run)>& change)
{
    const TemporaryFolder temporary;
    const TrainingSettings settings = kinds()[0].settings;
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
    static_cast<void>(testing::resume(model, temporary / "run", examples, 4));
    change(temporary / "run");
    return testing::resume(model, temporary / "run", examples);
}

TEST(TrainerResume, WithoutTheOptimizersStateOrWithAnotherSeedItIsAnotherRun)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 6)};
    const Ended whole = testing::train(model, temporary / "whole", kinds()[0].settings, examples);
    const auto zeroMoments = [](const AdamW::Slot& slot) {
        if (slot.name.starts_with("exp_avg")) {
            slot.tensor.detach().zero_();
        }
    };
    const auto unchanged = [](const AdamW::Slot& /*slot*/) {};

    const Ended rewritten = afterChange(
        model, examples, [&](const fs::path& run) { changeCheckpoint(model, run, unchanged); });
    const Ended withoutMoments = afterChange(
        model, examples, [&](const fs::path& run) { changeCheckpoint(model, run, zeroMoments); });
    const Ended withoutCount = afterChange(model, examples, [&](const fs::path& run) {
        changeCheckpoint(model, run, unchanged, [](Json& state) { state["optimizer_steps"] = 0; });
    });
    const Ended withOtherSeed = afterChange(model, examples, [](const fs::path& run) {
        TrainingSettings settings = RunDirectory::open(run)->settings();
        settings.seed = 43;
        writeFileAtomically(run / "run.toml", toToml(settings));
    });

    EXPECT_TRUE(testing::identical(rewritten.weights, whole.weights));
    EXPECT_FALSE(testing::identical(withoutMoments.weights, whole.weights));
    EXPECT_FALSE(testing::identical(withoutCount.weights, whole.weights));
    EXPECT_FALSE(testing::identical(withOtherSeed.weights, whole.weights));
}

/// A run of 9 steps with a checkpoint at every step of which 3 are kept, stopped at step 5.
void runWithCheckpoints(const fs::path& model, const fs::path& run, const ExampleSource& examples)
{
    TrainingSettings settings = kinds()[0].settings;
    settings.checkpointEvery = 1;
    settings.keepCheckpoints = 3;
    static_cast<void>(RunDirectory::create(run, settings, {}));
    static_cast<void>(testing::resume(model, run, examples, 5));
}

TEST(TrainerResume, NewestCheckpointsAreKept)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 6)};
    runWithCheckpoints(model, temporary / "run", examples);
    EXPECT_THAT(RunDirectory::open(temporary / "run")->checkpointFolders(),
                ::testing::ElementsAre(5, 4, 3));

    const Ended ended = testing::resume(model, temporary / "run", examples);

    EXPECT_THAT(RunDirectory::open(temporary / "run")->checkpointFolders(),
                ::testing::ElementsAre(9, 8, 7));
    EXPECT_EQ(ended.result.checkpoint, "checkpoints/9");
}

TEST(TrainerResume, DamagedCheckpointIsLeftOutWithAWarning)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const MemoryExamples examples{someExamples(10, 6)};
    const TemporaryFolder temporary;
    const Ended whole = testing::train(model, temporary / "whole", kinds()[0].settings, examples);
    const fs::path run = temporary / "run";
    runWithCheckpoints(model, run, examples);
    const fs::path tensors = run / "checkpoints/5/state.safetensors";
    fs::resize_file(tensors, fs::file_size(tensors) / 2);
    temporary.write("run/checkpoints/6.tmp/state.safetensors", "half");

    const Ended resumed = testing::resume(model, run, examples);

    EXPECT_EQ(testing::eventsOf(run, "resume").at(0).at("step"), 4);
    EXPECT_THAT(testing::eventsOf(run, "warning").at(0).at("message").get<std::string>(),
                HasSubstr("damaged"));
    EXPECT_EQ(testing::eventsOf(run, "warning").at(0).at("step"), 5);
    EXPECT_TRUE(testing::identical(resumed.weights, whole.weights));
    EXPECT_FALSE(fs::exists(run / "checkpoints/6.tmp"));
    // Step 5 was done twice, as after a crash: both times the same.
    const std::vector<double> losses = testing::lossesOf(temporary / "whole");
    EXPECT_EQ(testing::lossesOf(run), losses);
    EXPECT_EQ(testing::eventsOf(run, "step").size(), 10U);
    for (const Json& event : testing::eventsOf(run, "step")) {
        EXPECT_EQ(event.at("loss").get<double>(),
                  losses.at(event.at("step").get<std::size_t>() - 1));
    }
}

TEST(TrainerResume, WhenEveryCheckpointIsDamagedTheRunStartsAgainAndSaysSo)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const MemoryExamples examples{someExamples(10, 6)};
    const TemporaryFolder temporary;
    const Ended whole = testing::train(model, temporary / "whole", kinds()[0].settings, examples);
    const fs::path run = temporary / "run";
    runWithCheckpoints(model, run, examples);
    for (const std::int64_t step : {3, 4, 5}) {
        fs::remove(run / "checkpoints" / std::to_string(step) / "checkpoint.json");
    }

    const Ended again = testing::resume(model, run, examples);

    EXPECT_EQ(testing::eventsOf(run, "warning").size(), 3U);
    EXPECT_EQ(testing::eventsOf(run, "start").size(), 2U);
    EXPECT_TRUE(testing::identical(again.weights, whole.weights));
    EXPECT_EQ(again.result.steps, 9);
}

TEST(TrainerResume, OtherRecordsThanTheRunBeganWithAreRefused)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    runWithCheckpoints(model, temporary / "run", MemoryExamples{someExamples(10, 6)});
    const MemoryExamples fewer{someExamples(9, 6)};
    try {
        static_cast<void>(testing::resume(model, temporary / "run", fewer));
        FAIL() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_THAT(error.problem(), HasSubstr("10 training records, there are 9"));
    }
}

TEST(TrainerResume, CheckpointOfAnotherModelOrProgramIsRefused)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 6)};
    const fs::path run = temporary / "run";
    const auto problem = [&] {
        try {
            static_cast<void>(testing::resume(model, run, examples));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            return error.problem();
        }
        return std::string{"nothing was refused"};
    };
    runWithCheckpoints(model, run, examples);
    TrainingSettings settings = RunDirectory::open(run)->settings();

    settings.lowRank.rank = 2;
    writeFileAtomically(run / "run.toml", toToml(settings));
    EXPECT_THAT(problem(), HasSubstr("another shape"));

    settings.lowRank.rank = 4;
    writeFileAtomically(run / "run.toml", toToml(settings));
    changeCheckpoint(
        model, run, [](const AdamW::Slot& /*slot*/) {}, [](Json& state) { state.erase("step"); });
    EXPECT_THAT(problem(), HasSubstr("not one of this program"));
}

TEST(TrainerResume, StateOfAnotherNumberFormatIsRefused)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const MemoryExamples examples{someExamples(10, 6)};
    for (const auto& [before, after] :
         {std::pair{OptimizerState::Float32, OptimizerState::EightBit},
          {OptimizerState::EightBit, OptimizerState::Float32}}) {
        const TemporaryFolder temporary;
        TrainingSettings settings = testing::fullSettings();
        settings.optimizerState = before;
        static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
        static_cast<void>(testing::resume(model, temporary / "run", examples, 2));
        settings.optimizerState = after;
        writeFileAtomically(temporary / "run/run.toml", toToml(settings));
        try {
            static_cast<void>(testing::resume(model, temporary / "run", examples));
            FAIL() << "nothing was refused";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_THAT(error.problem(), HasSubstr("another shape or number format"));
            EXPECT_THAT(error.where(), HasSubstr("exp_avg.model.embed_tokens.weight"));
            EXPECT_THAT(error.remedy(), HasSubstr("settings that the run began with"));
        }
    }
}

TEST(TrainerResume, BestWeightsComeBackFromACheckpointWithEightBitState)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 6)};
    const MemoryExamples heldOut{someExamples(4, 9)};
    TrainingSettings settings = kinds()[3].settings;
    settings.learningRate = 0.05; // too much: the held-out loss soon rises
    settings.evaluateEvery = 1;
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
    const auto directory = RunDirectory::open(temporary / "run");
    const auto decoder = testing::trainable(model, settings);
    Trainer trainer{*decoder, examples, &heldOut, nullptr, *directory};
    NoProgress quiet;
    RunControl control;
    static_cast<void>(trainer.run({}, quiet, control));

    const Json done = testing::eventsOf(temporary / "run", "done").at(0);
    const std::int64_t best = done.at("model_step").get<std::int64_t>();
    ASSERT_LT(best, 9);
    AdamW stored{testing::trainable(model, settings)->network().trainableParameters(), settings};
    readTensors(directory->checkpointFolder(best) / "state.safetensors", stored.state());
    std::vector<torch::Tensor> weights;
    for (const model::NamedParameter& parameter : stored.parameters()) {
        weights.push_back(parameter.tensor.detach());
    }
    EXPECT_TRUE(testing::identical(testing::weightsOf(*decoder), weights));
}

TEST(TrainerResume, OtherNumberOfThreadsIsWarnedOf)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 6)};
    runWithCheckpoints(model, temporary / "run", examples);
    changeCheckpoint(
        model, temporary / "run", [](const AdamW::Slot& /*slot*/) {},
        [](Json& state) { state["threads"] = 4096; });

    static_cast<void>(testing::resume(model, temporary / "run", examples));

    EXPECT_THAT(testing::eventsOf(temporary / "run", "warning").at(0).at("message").dump(),
                HasSubstr("threads"));
}

TEST(TrainerResume, FinishedRunThatIsRunAgainWritesItsResultAgain)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 6)};
    const Ended whole =
        testing::train(model, temporary / "run", testing::quickSettings(), examples);
    fs::remove_all(temporary / "run/model"); // the program was killed before it was written

    const Ended again = testing::resume(model, temporary / "run", examples);

    EXPECT_EQ(again.result.end, RunEnd::Finished);
    EXPECT_EQ(again.result.steps, 9);
    EXPECT_TRUE(testing::identical(again.weights, whole.weights));
    EXPECT_TRUE(fs::exists(temporary / "run/model/adapter_model.safetensors"));
    EXPECT_EQ(testing::eventsOf(temporary / "run", "step").size(), 9U);
}

} // namespace

} // namespace nextquill::train
