// SPDX-License-Identifier: GPL-3.0-or-later
//
// A disk that takes nothing more: the run pauses with everything in memory, and goes on.
#include "core/base/Error.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <chrono>
#include <exception>
#include <gmock/gmock.h>
#include <thread>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::SmallDisk;
using nextquill::testing::TemporaryFolder;
using ::testing::HasSubstr;
using testing::MemoryExamples;
using testing::someExamples;
using namespace std::chrono_literals;

/// A run on a thread of its own, whose caller can resume it.
class AttendedRun
{
public:
    AttendedRun(const fs::path& model, const fs::path& run, const TrainingSettings& settings,
                const ExampleSource& examples)
        : m_directory{RunDirectory::create(run, settings, {})}
        , m_decoder{testing::trainable(model, settings)}
        , m_trainer{*m_decoder, examples, nullptr, nullptr, *m_directory}
        , m_thread{[this] { train(); }}
    {
    }

    /// Why it has paused itself; empty when it does not within half a minute.
    [[nodiscard]] std::string reason() const
    {
        const auto end = std::chrono::steady_clock::now() + 30s;
        while (control.pauseReason().empty() && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(1ms);
        }
        return control.pauseReason();
    }

    /// Rethrows what ended it.
    RunResult end()
    {
        m_thread.join();
        if (m_error) {
            std::rethrow_exception(m_error);
        }
        return m_result;
    }

    [[nodiscard]] std::vector<torch::Tensor> weights() const
    {
        return testing::weightsOf(*m_decoder);
    }

    RunControl control{OnDiskError::Pause};
    std::stop_source stop;

private:
    void train()
    {
        try {
            NoProgress quiet;
            m_result = m_trainer.run(stop.get_token(), quiet, control);
        } catch (...) {
            m_error = std::current_exception();
        }
    }

    std::unique_ptr<RunDirectory> m_directory;
    std::unique_ptr<model::Decoder> m_decoder;
    Trainer m_trainer;
    RunResult m_result;
    std::exception_ptr m_error;
    std::jthread m_thread;
};

TrainingSettings tenSteps()
{
    TrainingSettings settings = testing::quickSettings();
    settings.lowRank.dropout = 0.3;
    settings.epochs = 5;
    settings.batch = 2;
    settings.accumulation = 3;
    settings.checkpointEvery = 2;
    return settings;
}

TEST(TrainerDisk, RunPausesAndGoesOnWithTheSameCurve)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const fs::path run = temporary / "run";
    const fs::path checkpoints = run / "checkpoints";
    MemoryExamples examples{someExamples(10, 6)};
    const auto whole = testing::train(model, temporary / "whole", tenSteps(), examples);
    examples.askedFor.clear();
    examples.onExample = [&](std::int64_t) {
        if (examples.askedFor.size() == 25) { // of step 5, once step 4 is on the disk
            while (testing::eventsOf(run, "checkpoint").size() < 2) {
                std::this_thread::yield();
            }
            fs::rename(checkpoints, temporary / "elsewhere");
            temporary.write("run/checkpoints", "a file in its place");
        }
    };

    AttendedRun attended{model, run, tenSteps(), examples};
    const std::string reason = attended.reason();
    EXPECT_THAT(reason, HasSubstr("checkpoints/6"));
    EXPECT_TRUE(attended.control.isPaused());
    const Json pause = testing::eventsOf(run, "pause").at(0);
    EXPECT_EQ(pause.at("message"), reason);
    EXPECT_TRUE(testing::eventsOf(run, "error").empty());
    fs::remove(checkpoints);
    fs::rename(temporary / "elsewhere", checkpoints);
    attended.control.resume();

    EXPECT_EQ(attended.end().end, RunEnd::Finished);
    EXPECT_EQ(testing::eventsOf(run, "resume").at(0).at("step"), pause.at("step"));
    EXPECT_EQ(testing::lossesOf(run), testing::lossesOf(temporary / "whole"));
    EXPECT_EQ(testing::eventsOf(run, "step").size(), 10U) << "a step was told twice, or not";
    EXPECT_TRUE(testing::identical(attended.weights(), whole.weights));
    // The one that is owed comes first, at the step that was reached by then.
    EXPECT_EQ(testing::eventsOf(run, "checkpoint").at(2).at("step"), pause.at("step"));
}

TEST(TrainerDisk, EventsThatFoundNoRoomComeLater)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const fs::path run = temporary / "run";
    MemoryExamples examples{someExamples(10, 6)};
    const auto whole = testing::train(model, temporary / "whole", tenSteps(), examples);
    examples.askedFor.clear();
    std::optional<SmallDisk> full;
    examples.onExample = [&](std::int64_t) {
        if (examples.askedFor.size() == 15) {                       // of step 3
            full.emplace(fs::file_size(run / "events.jsonl") + 40); // not even a line
        }
    };

    AttendedRun attended{model, run, tenSteps(), examples};
    EXPECT_THAT(attended.reason(), HasSubstr("cannot be written"));
    attended.control.resume(); // nothing was done about it: it pauses again
    EXPECT_THAT(attended.reason(), HasSubstr("cannot be written"));
    full.reset();
    attended.control.resume();

    EXPECT_EQ(attended.end().end, RunEnd::Finished);
    EXPECT_EQ(testing::lossesOf(run), testing::lossesOf(temporary / "whole"));
    EXPECT_EQ(testing::eventsOf(run, "step").size(), 10U);
    EXPECT_GE(testing::eventsOf(run, "pause").size(), 1U);
    EXPECT_TRUE(testing::identical(attended.weights(), whole.weights));
}

TEST(TrainerDisk, StopOfAPausedRunThatStillFindsNoRoomIsAnError)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const fs::path run = temporary / "run";
    MemoryExamples examples{someExamples(10, 6)};
    const auto whole = testing::train(model, temporary / "whole", tenSteps(), examples);
    examples.askedFor.clear();
    std::optional<SmallDisk> full;
    examples.onExample = [&](std::int64_t) {
        if (examples.askedFor.size() == 25) {
            while (testing::eventsOf(run, "checkpoint").size() < 2) {
                std::this_thread::yield();
            }
            full.emplace(10);
        }
    };

    {
        AttendedRun attended{model, run, tenSteps(), examples};
        EXPECT_NE(attended.reason(), "");
        attended.stop.request_stop();
        try {
            static_cast<void>(attended.end());
            ADD_FAILURE() << "nothing was said";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Storage);
        }
    }
    full.reset();

    EXPECT_THAT(RunDirectory::open(run)->checkpoints(), ::testing::ElementsAre(4, 2));
    examples.onExample = {};
    const auto resumed = testing::resume(model, run, examples);
    EXPECT_EQ(testing::lossesOf(run), testing::lossesOf(temporary / "whole"));
    EXPECT_TRUE(testing::identical(resumed.weights, whole.weights));
}

} // namespace

} // namespace nextquill::train
