// SPDX-License-Identifier: GPL-3.0-or-later
//
// Broken records, losses that are no number, settings that do not fit, and failing machines.
#include "core/base/Error.h"
#include "core/train/Checkpoint.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <functional>
#include <gmock/gmock.h>
#include <limits>
#include <new>
#include <thread>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MemoryExamples;
using ::testing::Not;
using testing::someExamples;

/// A run of one decoder in a directory.
struct TinyRun
{
    TinyRun(const fs::path& model, const fs::path& run, const TrainingSettings& settings)
        : folder{run}
        , directory{RunDirectory::create(run, settings, {})}
        , decoder{testing::trainable(model, settings)}
    {
    }

    RunResult operator()(const ExampleSource& examples, const ExampleSource* heldOut = nullptr)
    {
        Trainer trainer{*decoder, examples, heldOut, nullptr, *directory};
        NoProgress quiet;
        RunControl control;
        return trainer.run({}, quiet, control);
    }

    fs::path folder;
    std::unique_ptr<RunDirectory> directory;
    std::unique_ptr<model::Decoder> decoder;
};

Error errorOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return {ErrorKind::Internal, "nothing was refused", "", ""};
}

/// Ten records in the order of the file, one a step.
TrainingSettings oneByOne()
{
    TrainingSettings settings = testing::quickSettings();
    settings.shuffle = false;
    settings.accumulation = 1;
    settings.epochs = 1;
    return settings;
}

TEST(TrainerFaults, BrokenRecordsAreLeftOutWithAWarning)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.shuffle = false;
    settings.epochs = 1;
    MemoryExamples examples{someExamples(8, 1)};
    examples.broken = {1, 6};
    TinyRun run{model, temporary / "run", settings};
    static_cast<void>(run(examples));

    const std::vector<Json> warnings = testing::eventsOf(run.folder, "warning");
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_EQ(warnings[0].at("record"), 1);
    EXPECT_EQ(warnings[0].at("step"), 1);
    EXPECT_EQ(warnings[1].at("record"), 6);
    EXPECT_EQ(warnings[1].at("step"), 2);
    EXPECT_THAT(warnings[0].at("message").get<std::string>(), HasSubstr("line 1"));

    // The rest of the step is averaged as if the broken ones had never been there.
    std::vector<causal::TwinExample> rest = someExamples(8, 1);
    rest.erase(rest.begin() + 6);
    rest.erase(rest.begin() + 1);
    settings.accumulation = 3;
    const auto expected = testing::train(model, temporary / "rest", settings, MemoryExamples{rest});
    EXPECT_TRUE(testing::identical(testing::weightsOf(*run.decoder), expected.weights));
}

TEST(TrainerFaults, RecordsThatDoNotFitTheModelAreLeftOut)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(6, 1)};
    examples.all()[0].target[1] = text::TokenId{1216};
    examples.all()[1].prefix[0] = text::TokenId{-1};
    examples.all()[2].target.clear();
    examples.all()[3].historyBranch.resize(600, text::TokenId{3}); // of 512
    examples.all()[4].plainBranch.clear();
    TinyRun run{model, temporary / "run", oneByOne()};

    EXPECT_THROW(static_cast<void>(run(examples)), Error); // five steps in a row without a record

    const std::vector<Json> warnings = testing::eventsOf(run.folder, "warning");
    const auto message = [&](std::size_t i) { // each followed by that of the step
        return warnings.at(2 * i).at("message").get<std::string>();
    };
    EXPECT_THAT(message(0), HasSubstr("token id 1216 is not in the model's vocabulary of 1216"));
    EXPECT_THAT(message(1), HasSubstr("token id -1 is not"));
    EXPECT_THAT(message(2), HasSubstr("no tokens"));
    EXPECT_THAT(message(3), HasSubstr("the model's context is 512"));
    EXPECT_THAT(message(4), HasSubstr("no tokens"));
}

TEST(TrainerFaults, StepOfBrokenRecordsAloneHasNoFigures)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(4, 1)};
    examples.broken = {1};
    TinyRun run{model, temporary / "run", oneByOne()};
    static_cast<void>(run(examples));

    const Json step = testing::eventsOf(run.folder, "step").at(1);
    for (const char* figure : {"loss", "loss_main", "mean_pce", "grad_norm"}) {
        EXPECT_TRUE(step.at(figure).is_null()) << figure;
    }
    EXPECT_EQ(step.at("tokens"), 0);
    EXPECT_EQ(testing::eventsOf(run.folder, "step").size(), 4U);
}

TEST(TrainerFaults, BrokenHeldOutRecordIsLeftOutAndWarnedOfOnce)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(3, 1)};
    MemoryExamples heldOut{someExamples(4, 2)};
    heldOut.broken = {2};
    TrainingSettings settings = oneByOne();
    settings.evaluateEvery = 1;
    TinyRun run{model, temporary / "run", settings};

    EXPECT_EQ(run(examples, &heldOut).end, RunEnd::Finished);

    const std::vector<Json> warnings = testing::eventsOf(run.folder, "warning");
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0].at("record"), 2);
    EXPECT_THAT(warnings[0].at("message").get<std::string>(), HasSubstr("held-out"));
    const std::vector<Json> evaluations = testing::eventsOf(run.folder, "evaluate");
    ASSERT_EQ(evaluations.size(), 4U);
    for (const Json& event : evaluations) {
        EXPECT_EQ(event.at("records"), 3);
        EXPECT_TRUE(event.at("loss").is_number());
    }
}

TEST(TrainerFaults, HeldOutPartWithoutUsableRecordsHasNoFigures)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(2, 1)};
    MemoryExamples heldOut{someExamples(1, 2)};
    heldOut.broken = {0};
    TinyRun run{model, temporary / "run", oneByOne()};
    EXPECT_EQ(run(examples, &heldOut).end, RunEnd::Finished);
    const Json event = testing::eventsOf(run.folder, "evaluate").at(0);
    EXPECT_TRUE(event.at("loss").is_null());
    EXPECT_TRUE(event.at("nll").is_null());
    EXPECT_EQ(event.at("records"), 0);
}

/// Sets a weight below the adapters to infinity while the records in `bad` are trained on.
void poison(MemoryExamples& examples, model::Decoder& decoder, std::set<std::int64_t> bad)
{
    const torch::Tensor weight = decoder.network().parameters().at(3).tensor;
    examples.onExample = [weight, bad, before = weight.clone()](std::int64_t index) {
        const torch::NoGradGuard noGrad;
        torch::Tensor{weight}.copy_(before);
        if (bad.contains(index)) {
            torch::Tensor{weight}.fill_(std::numeric_limits<float>::infinity());
        }
    };
}

bool allFinite(const std::vector<torch::Tensor>& tensors)
{
    return std::ranges::all_of(tensors, [](const torch::Tensor& tensor) {
        return torch::isfinite(tensor).all().item<bool>();
    });
}

TEST(TrainerFaults, LossThatIsNoNumberIsSkippedWithItsRecords)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(10, 1)};
    TrainingSettings settings = oneByOne();
    settings.checkpointEvery = 1;
    settings.keepCheckpoints = 100;
    TinyRun run{model, temporary / "run", settings};
    poison(examples, *run.decoder, {2, 3, 4, 5, 7});

    EXPECT_EQ(run(examples).end, RunEnd::Finished);

    std::vector<std::string> skipped;
    for (const Json& event : testing::eventsOf(run.folder, "warning")) {
        EXPECT_THAT(event.at("message").get<std::string>(), HasSubstr("not finite"));
        skipped.push_back(event.at("records").at(0));
    }
    EXPECT_THAT(skipped, ElementsAre("record 2", "record 3", "record 4", "record 5", "record 7"));
    EXPECT_TRUE(testing::eventsOf(run.folder, "step").at(2).at("loss").is_null());
    EXPECT_TRUE(allFinite(testing::weightsOf(*run.decoder)));
}

TEST(TrainerFaults, SkippedStepLeavesTheWeightsAsTheyWere)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(3, 1)};
    TrainingSettings settings = oneByOne();
    settings.schedule = Schedule::Constant;
    TinyRun poisoned{model, temporary / "poisoned", settings};
    poison(examples, *poisoned.decoder, {2});
    static_cast<void>(poisoned(examples));

    std::vector<causal::TwinExample> two = someExamples(3, 1);
    two.pop_back();
    const auto expected = testing::train(model, temporary / "two", settings, MemoryExamples{two});

    EXPECT_TRUE(testing::identical(testing::weightsOf(*poisoned.decoder), expected.weights));
}

TEST(TrainerFaults, RunWithSkippedStepsIsResumedBitByBit)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = oneByOne();
    settings.shuffle = true;
    settings.lowRank.dropout = 0.3;
    const auto trained = [&](const fs::path& run, std::int64_t stopAt) {
        const auto directory = fs::exists(run / "run.toml")
                                   ? RunDirectory::open(run)
                                   : RunDirectory::create(run, settings, {});
        const auto decoder = testing::trainable(model, settings);
        MemoryExamples examples{someExamples(10, 1)};
        poison(examples, *decoder, {2, 7});
        Trainer trainer{*decoder, examples, nullptr, nullptr, *directory};
        std::stop_source source;
        testing::StopAtStep progress{source, stopAt};
        RunControl control;
        static_cast<void>(trainer.run(source.get_token(), progress, control));
        return testing::weightsOf(*decoder);
    };
    const auto whole = trained(temporary / "whole", -1);
    ASSERT_EQ(testing::eventsOf(temporary / "whole", "warning").size(), 2U);

    for (std::int64_t stop = 1; stop < 10; ++stop) {
        static_cast<void>(trained(temporary / "run", stop));
    }

    EXPECT_TRUE(testing::identical(trained(temporary / "run", -1), whole));
    const auto texts = [&](const char* run) { // a skipped step's loss is no number
        std::string all;
        for (const Json& event : testing::eventsOf(temporary / run, "step")) {
            all += event.at("loss").dump() + event.at("lr").dump() + "\n";
        }
        return all;
    };
    EXPECT_EQ(texts("run"), texts("whole"));
}

TEST(TrainerFaults, GradientThatIsNoNumberIsSkippedToo)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(4, 1)};
    TinyRun run{model, temporary / "run", oneByOne()};
    int steps = 0;
    run.decoder->network().trainableParameters().at(0).tensor.register_hook(
        [&steps](const torch::Tensor& gradient) {
            return ++steps == 2 ? gradient * std::numeric_limits<float>::quiet_NaN() : gradient;
        });

    EXPECT_EQ(run(examples).end, RunEnd::Finished);

    const std::vector<Json> warnings = testing::eventsOf(run.folder, "warning");
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0].at("step"), 2);
    EXPECT_EQ(warnings[0].at("records"), Json::array({"record 1"}));
    EXPECT_TRUE(testing::eventsOf(run.folder, "step").at(1).at("loss").is_number());
    EXPECT_TRUE(testing::eventsOf(run.folder, "step").at(1).at("grad_norm").is_null());
    EXPECT_TRUE(allFinite(testing::weightsOf(*run.decoder)));
}

TEST(TrainerFaults, RunEndsAfterTooManySkippedStepsAndKeepsItsCheckpoint)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(10, 1)};
    TrainingSettings settings = oneByOne();
    settings.maxSkippedSteps = 3;
    settings.checkpointEvery = 2;
    TinyRun run{model, temporary / "run", settings};
    poison(examples, *run.decoder, {1, 4, 5, 6, 7, 8});

    const Error error = errorOf([&] { static_cast<void>(run(examples)); });

    EXPECT_EQ(error.kind(), ErrorKind::BadInput);
    EXPECT_THAT(error.problem(), HasSubstr("3 steps in a row"));
    EXPECT_THAT(error.remedy(), HasSubstr("lower lr"));
    EXPECT_EQ(testing::eventsOf(run.folder, "warning").size(), 4U); // 1, then 4 to 6
    const Json last = testing::eventsOf(run.folder).back();
    EXPECT_EQ(last.at("event"), "error");
    EXPECT_EQ(last.at("message"), error.what());
    EXPECT_THAT(run.directory->checkpoints(), ElementsAre(6, 4));
    EXPECT_FALSE(fs::exists(run.directory->modelFolder()));
    EXPECT_TRUE(allFinite(testing::weightsOf(*run.decoder)));
}

TEST(TrainerFaults, CountOfSkippedStepsOutlivesAResume)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(10, 1)};
    TrainingSettings settings = oneByOne();
    settings.maxSkippedSteps = 3;
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));
    examples.broken = {4, 5, 6};
    static_cast<void>(testing::resume(model, temporary / "run", examples, 6));
    const Error error =
        errorOf([&] { static_cast<void>(testing::resume(model, temporary / "run", examples)); });
    EXPECT_THAT(error.problem(), HasSubstr("3 steps in a row"));
    EXPECT_THAT(error.remedy(), Not(HasSubstr("lr"))) << "no rate mends a broken record";
}

TEST(TrainerFaults, WeightsThatAreNotFiniteAreNeverCheckpointed)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(4, 1)};
    TrainingSettings settings = oneByOne();
    settings.full = true;
    settings.checkpointEvery = 1;
    TinyRun run{model, temporary / "run", settings};
    poison(examples, *run.decoder, {2, 3});

    const Error error = errorOf([&] { static_cast<void>(run(examples)); });

    EXPECT_THAT(error.problem(), HasSubstr("not finite"));
    EXPECT_THAT(run.directory->checkpointFolders(), ElementsAre(2, 1));
    EXPECT_FALSE(fs::exists(run.directory->modelFolder()));
}

TEST(TrainerFaults, LibTorchsErrorsBecomeOneLineOfOurs)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const struct
    {
        std::function<void()> fail;
        ErrorKind kind;
        const char* problem;
    } cases[] = {
        {[] { throw std::bad_alloc{}; }, ErrorKind::OutOfMemory, "not enough memory"},
        {[] { TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory"); },
         ErrorKind::OutOfMemory, "not enough memory"},
        {[] { static_cast<void>(torch::ones({2}).matmul(torch::ones({3}))); }, ErrorKind::Internal,
         "size"},
    };
    for (const auto& c : cases) {
        const TemporaryFolder temporary;
        MemoryExamples examples{someExamples(4, 1)};
        TrainingSettings settings = oneByOne();
        settings.checkpointEvery = 1;
        TinyRun run{model, temporary / "run", settings};
        examples.onExample = [&c](std::int64_t index) {
            if (index == 2) {
                c.fail();
            }
        };

        const Error error = errorOf([&] { static_cast<void>(run(examples)); });

        EXPECT_EQ(error.kind(), c.kind);
        EXPECT_THAT(error.problem(), HasSubstr(c.problem));
        EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("\n")));
        EXPECT_EQ(testing::eventsOf(run.folder).back().at("message"), error.what());
        EXPECT_THAT(run.directory->checkpoints(), ElementsAre(2, 1));
    }
}

TEST(TrainerFaults, CheckpointThatCannotBeWrittenIsAStorageErrorAndTheOneBeforeStays)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(4, 1)};
    TrainingSettings settings = oneByOne();
    settings.checkpointEvery = 1;
    TinyRun run{model, temporary / "run", settings};
    const fs::path checkpoints = run.folder / "checkpoints";
    examples.onExample = [&](std::int64_t index) {
        if (index == 2) { // the folder is there no more, once step 2 is in it
            while (testing::eventsOf(run.folder, "checkpoint").size() < 2) {
                std::this_thread::yield();
            }
            fs::rename(checkpoints, temporary / "elsewhere");
            temporary.write("run/checkpoints", "a file in its place");
        }
    };

    const Error error = errorOf([&] { static_cast<void>(run(examples)); });

    EXPECT_EQ(error.kind(), ErrorKind::Storage);
    EXPECT_THAT(error.what(), HasSubstr("checkpoints/3"));
    EXPECT_EQ(testing::eventsOf(run.folder).back().at("event"), "error");
    fs::remove(checkpoints);
    fs::rename(temporary / "elsewhere", checkpoints);
    EXPECT_THAT(run.directory->checkpoints(), ElementsAre(2, 1));
}

TEST(TrainerFaults, SettingsThatTheDecoderContradictsAreRefusedBeforeAnyWork)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const auto problem = [&](const TrainingSettings& written, const TrainingSettings& loaded,
                             bool frozen, std::size_t records) {
        const TemporaryFolder temporary;
        const auto directory = RunDirectory::create(temporary / "run", written, {});
        const auto decoder = testing::trainable(model, loaded);
        const MemoryExamples examples{someExamples(records, 1)};
        const Error error = errorOf([&] {
            const Trainer trainer{*decoder, examples, nullptr, frozen ? decoder.get() : nullptr,
                                  *directory};
        });
        EXPECT_EQ(testing::eventsOf(temporary / "run").size(), 0U);
        return error.problem();
    };
    const TrainingSettings adapters = testing::quickSettings();
    const TrainingSettings full = testing::fullSettings();
    TrainingSettings frozen = adapters;
    frozen.effectSource = "frozen:base";
    TrainingSettings contradictory = adapters;
    contradictory.objective.clipLow = 9;

    EXPECT_THAT(problem(adapters, adapters, false, 0), HasSubstr("no training example"));
    EXPECT_THAT(problem(full, adapters, false, 2), HasSubstr("that has adapters"));
    EXPECT_THAT(problem(adapters, full, false, 2), HasSubstr("has none"));
    EXPECT_THAT(problem(frozen, adapters, false, 2), HasSubstr("none is given"));
    EXPECT_THAT(problem(adapters, adapters, true, 2), HasSubstr("effect-source is online"));
    EXPECT_THAT(problem(contradictory, adapters, false, 2), HasSubstr("clip-low"));
    EXPECT_THAT(problem(adapters, adapters, false, 2), HasSubstr("nothing was refused"));
}

TEST(TrainerFaults, FrozenModelOfAnotherVocabularyIsRefused)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    NEXTQUILL_NEED_SHARED(other, "fixtures/models/tiny-llama");
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.effectSource = "frozen:other";
    TinyRun run{model, temporary / "run", settings};
    const auto frozen = testing::trainable(other, testing::fullSettings());
    const MemoryExamples examples{someExamples(2, 1)};

    const Error error = errorOf([&] {
        const Trainer trainer{*run.decoder, examples, nullptr, frozen.get(), *run.directory};
    });

    EXPECT_EQ(error.kind(), ErrorKind::BadInput);
    EXPECT_THAT(error.problem(), HasSubstr("another vocabulary"));
}

} // namespace

} // namespace nextquill::train
