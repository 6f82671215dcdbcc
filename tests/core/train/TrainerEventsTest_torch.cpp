// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a run says of itself while it goes on, and what a person can ask of it.
#include "core/base/Error.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <chrono>
#include <gmock/gmock.h>
#include <thread>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using ::testing::ElementsAre;
using testing::MemoryExamples;
using testing::someExamples;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

/// A run in a directory of its own that can be watched and asked.
struct Watched
{
    Watched(const fs::path& model, const fs::path& run, const TrainingSettings& settings)
        : directory{RunDirectory::create(run, settings, {})}
        , decoder{testing::trainable(model, settings)}
    {
    }

    RunResult operator()(const ExampleSource& examples, const ExampleSource* heldOut = nullptr)
    {
        Trainer trainer{*decoder, examples, heldOut, nullptr, *directory};
        return trainer.run(stop.get_token(), *progress, control);
    }

    std::unique_ptr<RunDirectory> directory;
    std::unique_ptr<model::Decoder> decoder;
    std::stop_source stop;
    NoProgress quiet;
    Progress* progress = &quiet;
    RunControl control;
};

std::vector<std::string> keysOf(const Json& event)
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : event.items()) {
        keys.push_back(key);
    }
    return keys;
}

TEST(TrainerEvents, StepHasTheFieldsOfTheFormat)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.warmupRatio = 0.2;
    settings.batch = 2;
    settings.accumulation = 2;
    const MemoryExamples examples{someExamples(10, 7)};
    Watched{model, temporary / "run", settings}(examples);

    const std::vector<Json> events = testing::eventsOf(temporary / "run", "step");

    ASSERT_EQ(events.size(), 9U);
    for (std::size_t i = 0; i < events.size(); ++i) {
        const Json& event = events[i];
        EXPECT_THAT(keysOf(event), UnorderedElementsAre(
                                       "event", "step", "epoch", "loss", "loss_main", "loss_causal",
                                       "mean_pce", "preference_ratio", "lr", "grad_norm", "tokens",
                                       "tokens_per_second", "seconds", "peak_memory_bytes"));
        EXPECT_EQ(event.at("step"), i + 1);
        EXPECT_DOUBLE_EQ(event.at("epoch").get<double>(), static_cast<double>(i + 1) / 3);
        EXPECT_NEAR(event.at("loss").get<double>(),
                    event.at("loss_main").get<double>() +
                        0.1 * event.at("loss_causal").get<double>(),
                    1e-6);
        EXPECT_GT(event.at("grad_norm").get<double>(), 0);
        EXPECT_GT(event.at("tokens_per_second").get<double>(), 0);
        EXPECT_GT(event.at("peak_memory_bytes").get<std::int64_t>(), 1 << 20);
    }
    EXPECT_EQ(events[0].at("lr"), 0); // warm-up over ceil(0.2 · 9) = 2 steps
    EXPECT_EQ(events[1].at("lr"), 0.5e-2);
    EXPECT_EQ(events[2].at("lr"), 1e-2);
    EXPECT_GE(events[8].at("seconds"), events[0].at("seconds"));
}

TEST(TrainerEvents, TokensAreThoseThatWereComputed)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const MemoryExamples examples{someExamples(3, 7)};
    std::size_t prefixes = 0;
    std::size_t history = 0;
    std::size_t plain = 0;
    for (const causal::TwinExample& example : someExamples(3, 7)) {
        prefixes += example.prefix.size();
        history += example.historyBranch.size() + example.target.size() - 1;
        plain += example.plainBranch.size() + example.target.size() - 1;
    }
    using causal::ObjectiveKind;
    const std::pair<ObjectiveKind, std::size_t> expected[] = {
        {ObjectiveKind::NextQuill, prefixes + history + plain},
        {ObjectiveKind::Sft, prefixes + history},
        {ObjectiveKind::SftNoHistory, prefixes + plain}};
    for (const auto& [kind, tokens] : expected) {
        const TemporaryFolder temporary;
        TrainingSettings settings = testing::quickSettings();
        settings.objective = causal::Objective::defaults(kind);
        settings.maxSteps = 1;
        Watched{model, temporary / "run", settings}(examples);

        const Json event = testing::eventsOf(temporary / "run", "step").at(0);

        EXPECT_EQ(event.at("tokens"), tokens) << causal::name(kind);
        EXPECT_EQ(event.at("mean_pce").is_null(), kind != ObjectiveKind::NextQuill);
        EXPECT_EQ(event.at("preference_ratio").is_null(), kind != ObjectiveKind::NextQuill);
        EXPECT_EQ(event.at("loss_causal").is_null(), kind != ObjectiveKind::NextQuill);
    }
}

TEST(TrainerEvents, RunTellsItsStoryInOrder)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.epochs = 2;
    const MemoryExamples examples{someExamples(5, 7)};
    const MemoryExamples heldOut{someExamples(2, 8)};

    const RunResult result = Watched{model, temporary / "run", settings}(examples, &heldOut);

    EXPECT_EQ(testing::kindsOf(temporary / "run"),
              "start, evaluate, step, step, checkpoint, step, step, evaluate, checkpoint, done");
    const Json start = testing::eventsOf(temporary / "run", "start").at(0);
    EXPECT_EQ(start,
              (Json{{"event", "start"}, {"steps", 4}, {"records", 5}, {"steps_per_epoch", 2}}));
    const Json done = testing::eventsOf(temporary / "run", "done").at(0);
    EXPECT_EQ(done.at("step"), 4);
    EXPECT_EQ(done.at("model"), "model");
    EXPECT_EQ(result.end, RunEnd::Finished);
    EXPECT_EQ(result.checkpoint, "checkpoints/4");
    for (const Json& event : testing::eventsOf(temporary / "run", "checkpoint")) {
        EXPECT_TRUE(fs::exists(temporary.path() / "run" / event.at("path").get<std::string>()));
    }
}

TEST(TrainerEvents, HeldOutLossFallsAndIsThatOfTraining)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.lowRank.dropout = 0.5; // not in what is held out
    settings.accumulation = 6;
    settings.epochs = 12;
    settings.evaluateEvery = 5;
    const MemoryExamples examples{someExamples(6, 7)};
    const MemoryExamples same{someExamples(6, 7)};
    Watched{model, temporary / "run", settings}(examples, &same);

    const std::vector<Json> events = testing::eventsOf(temporary / "run", "evaluate");

    std::vector<std::int64_t> steps;
    for (const Json& event : events) {
        steps.push_back(event.at("step").get<std::int64_t>());
        EXPECT_EQ(event.at("records"), 6);
        EXPECT_THAT(keysOf(event),
                    UnorderedElementsAre("event", "step", "loss", "loss_main", "loss_causal", "nll",
                                         "nll_no_history", "mean_pce", "preference_ratio",
                                         "records", "seconds"));
    }
    EXPECT_THAT(steps, ElementsAre(0, 5, 10, 12));
    EXPECT_LT(events.back().at("loss"), events.front().at("loss"));
    EXPECT_LT(events.back().at("nll"), events.front().at("nll"));
    // Fresh adapters change nothing: the first step saw the same records and weights.
    const Json step = testing::eventsOf(temporary / "run", "step").at(0);
    for (const char* figure : {"loss", "loss_main", "loss_causal", "mean_pce"}) {
        EXPECT_NEAR(step.at(figure).get<double>(), events[0].at(figure).get<double>(), 1e-5)
            << figure;
    }
}

TEST(TrainerEvents, StopDuringAnEvaluationIsMadeUpFor)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.maxSteps = 2;
    const MemoryExamples examples{someExamples(4, 7)};
    MemoryExamples heldOut{someExamples(3, 8)};
    Watched watched{model, temporary / "run", settings};
    int asked = 0;
    heldOut.onExample = [&](std::int64_t) {
        if (++asked == 5) { // of the second evaluation, the last one
            watched.stop.request_stop();
        }
    };

    const RunResult stopped = watched(examples, &heldOut);
    EXPECT_EQ(stopped.end, RunEnd::Stopped);
    EXPECT_EQ(stopped.steps, 2);
    EXPECT_EQ(testing::kindsOf(temporary / "run"),
              "start, evaluate, step, checkpoint, step, checkpoint, stop");

    const auto directory = RunDirectory::open(temporary / "run");
    const auto decoder = testing::trainable(model, settings);
    NoProgress quiet;
    RunControl control;
    const RunResult result =
        Trainer{*decoder, examples, &heldOut, nullptr, *directory}.run({}, quiet, control);
    EXPECT_EQ(result.end, RunEnd::Finished);
    EXPECT_EQ(testing::eventsOf(temporary / "run", "evaluate").size(), 2U);
    EXPECT_EQ(testing::eventsOf(temporary / "run", "evaluate").at(1).at("step"), 2);
}

TEST(TrainerEvents, CheckpointIsWrittenWhenAskedFor)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.accumulation = 1;
    settings.epochs = 1;
    MemoryExamples examples{someExamples(6, 7)};
    Watched watched{model, temporary / "run", settings};
    examples.onExample = [&](std::int64_t) {
        if (examples.askedFor.size() == 3) { // of step 3
            watched.control.requestCheckpoint();
        }
    };

    static_cast<void>(watched(examples));

    std::vector<std::int64_t> steps;
    for (const Json& event : testing::eventsOf(temporary / "run", "checkpoint")) {
        steps.push_back(event.at("step").get<std::int64_t>());
    }
    EXPECT_THAT(steps, ElementsAre(3, 6));
}

/// Waits until the run has said `kind`; false after half a minute.
bool waitFor(const fs::path& run, const std::string& kind)
{
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (testing::eventsOf(run, kind).empty()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

TEST(TrainerEvents, PauseHoldsAndResumeGoesOnAsIfNothingHadBeen)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const TrainingSettings settings = testing::quickSettings();
    MemoryExamples examples{someExamples(10, 7)};
    const auto whole = testing::train(model, temporary / "whole", settings, examples);
    examples.askedFor.clear();
    Watched watched{model, temporary / "run", settings};
    examples.onExample = [&](std::int64_t) {
        if (examples.askedFor.size() == 5) { // of step 2
            watched.control.pause();
        }
    };
    RunResult result;
    const auto start = std::chrono::steady_clock::now();
    std::jthread training{[&] { result = watched(examples); }};

    EXPECT_TRUE(waitFor(temporary / "run", "pause"));
    std::this_thread::sleep_for(200ms);
    EXPECT_EQ(testing::kindsOf(temporary / "run"), "start, step, pause");
    EXPECT_TRUE(watched.control.isPaused());
    watched.control.resume();
    training.join();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;

    EXPECT_EQ(result.end, RunEnd::Finished);
    EXPECT_EQ(testing::eventsOf(temporary / "run", "resume").at(0).at("step"), 1);
    EXPECT_EQ(testing::lossesOf(temporary / "run"), testing::lossesOf(temporary / "whole"));
    EXPECT_TRUE(testing::identical(testing::weightsOf(*watched.decoder), whole.weights));
    const Json done = testing::eventsOf(temporary / "run", "done").at(0);
    EXPECT_LE(done.at("seconds").get<double>(), wall.count() - 0.2); // a pause is no training time
}

TEST(TrainerEvents, StopEndsAPause)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const MemoryExamples examples{someExamples(10, 7)};
    Watched watched{model, temporary / "run", testing::quickSettings()};
    watched.control.pause();
    RunResult result;
    std::jthread training{[&] { result = watched(examples); }};
    EXPECT_TRUE(waitFor(temporary / "run", "pause"));

    watched.stop.request_stop();
    training.join();

    EXPECT_EQ(result.end, RunEnd::Stopped);
    EXPECT_EQ(testing::kindsOf(temporary / "run"), "start, pause, stop");
    EXPECT_TRUE(watched.control.isPaused()); // the person's word, not the trainer's
}

TEST(TrainerEvents, PauseThatComesAfterAStopDoesNotHold)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    MemoryExamples examples{someExamples(10, 7)};
    Watched watched{model, temporary / "run", testing::quickSettings()};
    examples.onExample = [&](std::int64_t) {
        watched.stop.request_stop();
        watched.control.pause();
    };
    EXPECT_EQ(watched(examples).end, RunEnd::Stopped);

    RunControl control;
    control.pause();
    control.waitWhilePaused(watched.stop.get_token()); // returns
    EXPECT_TRUE(control.isPaused());
}

TEST(TrainerEvents, ProgressCountsStepsAndNamesTheStage)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    class Remembering : public Progress
    {
    public:
        void report(const ProgressReport& report) noexcept override
        {
            said.push_back(report.stage + " " + std::to_string(report.done) + "/" +
                           std::to_string(report.total));
        }
        std::vector<std::string> said;
    };
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.maxSteps = 2;
    const MemoryExamples examples{someExamples(4, 7)};
    const MemoryExamples heldOut{someExamples(1, 8)};
    Watched watched{model, temporary / "run", settings};
    Remembering progress;
    watched.progress = &progress;

    static_cast<void>(watched(examples, &heldOut));

    EXPECT_THAT(progress.said, ElementsAre("evaluating 0/2", "training 0/2", "training 1/2",
                                           "evaluating 2/2", "saving 2/2"));
}

} // namespace

} // namespace nextquill::train
