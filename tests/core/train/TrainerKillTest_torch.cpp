// SPDX-License-Identifier: GPL-3.0-or-later
//
// A run whose process is killed again and again ends as the one that was left alone.
#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <chrono>
#include <csignal>
#include <random>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using testing::MemoryExamples;
using testing::someExamples;
using namespace std::chrono_literals;

/// The worker's process.
class Worker
{
public:
    Worker(const fs::path& model, const fs::path& run)
    {
        std::string arguments[] = {TRAIN_WORKER, model.string(), run.string()};
        char* list[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
        if (::posix_spawn(&m_id, TRAIN_WORKER, nullptr, nullptr, list, environ) != 0) {
            throw std::runtime_error{"the worker does not start"};
        }
    }

    /// True when it has ended by itself, well or not.
    [[nodiscard]] bool hasEnded()
    {
        m_ended = m_ended || ::waitpid(m_id, &m_status, WNOHANG) == m_id;
        return m_ended;
    }
    [[nodiscard]] bool endedWell() const
    {
        return m_ended && WIFEXITED(m_status) && WEXITSTATUS(m_status) == 0;
    }

    ~Worker()
    {
        if (!m_ended) {
            ::kill(m_id, SIGKILL);
            ::waitpid(m_id, &m_status, 0);
        }
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

private:
    pid_t m_id = 0;
    int m_status = 0;
    bool m_ended = false;
};

/// Lets a worker go on for `steps` more steps and a moment, then kills it. True when it was done
/// first.
bool goOnAndKill(const fs::path& model, const fs::path& run, std::size_t steps,
                 std::chrono::microseconds moment)
{
    const std::size_t until = testing::eventsOf(run, "step").size() + steps;
    Worker worker{model, run};
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!worker.hasEnded() && testing::eventsOf(run, "step").size() < until) {
        if (std::chrono::steady_clock::now() > end) {
            throw std::runtime_error{"the worker does nothing"};
        }
        std::this_thread::sleep_for(200us);
    }
    if (worker.hasEnded() && !worker.endedWell()) {
        throw std::runtime_error{"the worker failed"};
    }
    std::this_thread::sleep_for(moment);
    return worker.hasEnded();
}

TEST(TrainerKilled, RunGoesOnBitByBit)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.lowRank.dropout = 0.3;
    settings.epochs = 10;
    settings.checkpointEvery = 2;
    const MemoryExamples examples{someExamples(10, 6)};
    const auto whole = testing::train(model, temporary / "whole", settings, examples);
    const std::vector<double> losses = testing::lossesOf(temporary / "whole");
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));

    std::mt19937 bits{4};
    int kills = 0;
    while (!goOnAndKill(model, temporary / "run", 3 + bits() % 3,
                        std::chrono::microseconds{bits() % 20'000})) {
        ++kills;
        ASSERT_LT(kills, 40);
    }
    const auto resumed = testing::resume(model, temporary / "run", examples);

    EXPECT_GE(kills, 5);
    EXPECT_EQ(testing::lossesOf(temporary / "run"), losses);
    EXPECT_EQ(losses.size(), 30U);
    EXPECT_TRUE(testing::identical(resumed.weights, whole.weights));
    EXPECT_EQ(resumed.result.end, RunEnd::Finished);
    for (const Json& event : testing::eventsOf(temporary / "run", "step")) {
        EXPECT_EQ(event.at("loss").get<double>(),
                  losses.at(event.at("step").get<std::size_t>() - 1));
    }
}

} // namespace

} // namespace nextquill::train
