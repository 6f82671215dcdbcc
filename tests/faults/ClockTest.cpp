// SPDX-License-Identifier: GPL-3.0-or-later
//
// A wall clock that jumps by hours, and a program that stands still for seconds (a computer that
// sleeps): a run ends as it does without, and its times stay what they are.
#include "tests/faults/TrainingProgram.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <dlfcn.h>
#include <fstream>
#include <iostream>
#include <set>
#include <thread>

namespace nextquill::faults {

namespace {

namespace fs = std::filesystem;
using Weights = TrainingProgram::Weights;
using Clock = std::chrono::steady_clock;

std::vector<std::string> jumping(const fs::path& log, int first)
{
    return {"LD_PRELOAD=" CLOCK_SHIFTER, "CLOCK_SHIFT_EVERY=50",
            "CLOCK_SHIFT_FIRST=" + std::to_string(first), "CLOCK_SHIFT_LOG=" + log.string()};
}

/// By all programs that had this log.
long readsOf(const fs::path& log)
{
    std::ifstream stream{log};
    long all = 0;
    for (long reads = 0; stream >> reads;) {
        all += reads;
    }
    return all;
}

/// Of all events that tell one: never negative, never less than before in a session, at most
/// `longest`.
void expectSaneTimes(const fs::path& run, double longest)
{
    double before = 0;
    for (const Json& event : eventsOf(run)) {
        if (event.at("event") == "resume") {
            before = 0; // it goes on where the checkpoint was written
        }
        if (!event.contains("seconds")) {
            continue;
        }
        const double seconds = event.at("seconds").get<double>();
        EXPECT_GE(seconds, before) << event;
        EXPECT_LE(seconds, longest) << event;
        before = seconds;
        if (event.contains("tokens_per_second")) {
            EXPECT_GT(event.at("tokens_per_second").get<double>(), 0) << event;
        }
    }
    EXPECT_GT(before, 0);
}

class Clocks : public app::testing::CommandLineWithModel
{
protected:
    void expectEndOf(const TrainingProgram& program, const std::string& run) const
    {
        const Curve whole = curveOf(program.runFolder("whole"));
        EXPECT_EQ(whole.steps.size(), 60U);
        EXPECT_EQ(differingSteps(program.runFolder(run), whole), 0);
        EXPECT_EQ(curveOf(program.runFolder(run)).model, whole.model);
    }

    /// Trains in a project and says where the run's folder is.
    [[nodiscard]] fs::path trainedIn(const std::string& project,
                                     const std::vector<std::string>& variables) const
    {
        const auto ended = app::testing::Child{m_folder.path(),
                                               {"train",
                                                project,
                                                "--model",
                                                m_model,
                                                "--name",
                                                "quick",
                                                "--dtype",
                                                "float32",
                                                "--device",
                                                "cpu",
                                                "--threads",
                                                "1",
                                                "--lora-rank",
                                                "2",
                                                "--max-steps",
                                                "6",
                                                "--accumulation",
                                                "2",
                                                "--max-prompt-tokens",
                                                "400",
                                                "--max-target-tokens",
                                                "16",
                                                "--evaluate-limit",
                                                "2",
                                                "--json"},
                                               "",
                                               variables}
                               .wait();
        EXPECT_EQ(ended.status, 0) << ended.err;
        return m_folder / ended.document().at("folder").get<std::string>();
    }
};

TEST(ClockShifter, ShiftsTheWallClockAlone)
{
    void* const library = ::dlopen(CLOCK_SHIFTER, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << ::dlerror();
    const auto read =
        reinterpret_cast<int (*)(clockid_t, timespec*)>(::dlsym(library, "clock_gettime"));
    std::set<std::int64_t> shifts; // hours
    for (const auto end = Clock::now() + std::chrono::seconds{1}; Clock::now() < end;) {
        timespec steadyBefore{};
        timespec steady{};
        timespec steadyAfter{};
        ::clock_gettime(CLOCK_MONOTONIC, &steadyBefore);
        read(CLOCK_MONOTONIC, &steady);
        ::clock_gettime(CLOCK_MONOTONIC, &steadyAfter);
        ASSERT_LE(steadyBefore.tv_sec, steady.tv_sec);
        ASSERT_LE(steady.tv_sec, steadyAfter.tv_sec);
        timespec wall{};
        read(CLOCK_REALTIME, &wall);
        shifts.insert((wall.tv_sec - std::time(nullptr) + 1800) / 3600);
    }
    EXPECT_GE(shifts.size(), 5U);
    EXPECT_LT(*shifts.begin(), 0);
    EXPECT_GT(*shifts.rbegin(), 0);
}

TEST_F(Clocks, ThatJumpChangeNothingOfARun)
{
    const TrainingProgram program{Weights::Adapters, m_model};
    ASSERT_EQ(program.start("whole")->wait().status, 0);

    const fs::path log = program.folder() / "reads";
    const auto start = Clock::now();
    const auto ended = program.start("run", jumping(log, 0))->wait();
    ASSERT_EQ(ended.status, 0) << ended.err;
    expectEndOf(program, "run");
    expectSaneTimes(program.runFolder("run"), secondsSince(start));

    // Interrupted, and gone on with by a process whose clock is years before the first one's.
    const auto again = Clock::now();
    const auto child = program.start("resumed", jumping(log, 3));
    ASSERT_TRUE(app::testing::eventually(
        [&] { return !eventsOf(program.runFolder("resumed"), "checkpoint").empty(); }));
    child->signal(SIGTERM);
    static_cast<void>(child->wait());
    ASSERT_EQ(program.start("resumed", jumping(log, 5))->wait().status, 0);
    expectEndOf(program, "resumed");
    expectSaneTimes(program.runFolder("resumed"), secondsSince(again));

    std::cout << "the wall clock was read " << readsOf(log) << " times\n";
}

TEST_F(Clocks, ThatJumpChangeNothingOfAProject)
{
    const std::string project = sampleProject();
    const fs::path whole = trainedIn(project, {});
    const auto start = Clock::now();
    const fs::path run = trainedIn(project, jumping(m_folder / "reads", 1));
    const Curve curve = curveOf(whole);
    ASSERT_EQ(curve.steps.size(), 6U);
    EXPECT_EQ(differingSteps(run, curve), 0);
    EXPECT_EQ(curveOf(run).model, curve.model);
    expectSaneTimes(run, secondsSince(start));
    const Json runs = json({"runs", "list", project}).at("runs");
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs.at(0).at("state"), "done");
    EXPECT_EQ(runs.at(1).at("state"), "done");
    EXPECT_EQ(this->run({"doctor", project}).status, 0);
    EXPECT_GT(readsOf(m_folder / "reads"), 0); // SQLite's and the ledger's
}

TEST_F(Clocks, ARunThatStoodStillGoesOn)
{
    const TrainingProgram program{Weights::All, m_model};
    const auto start = Clock::now();
    ASSERT_EQ(program.start("whole")->wait().status, 0);
    const double alone = secondsSince(start);

    const auto again = Clock::now();
    const auto child = program.start("run");
    for (int i = 0; i < 3; ++i) {
        std::this_thread::sleep_for(std::chrono::duration<double>{alone / 5});
        child->signal(SIGSTOP);
        std::this_thread::sleep_for(std::chrono::seconds{allFaults() ? 20 : 1});
        child->signal(SIGCONT);
    }
    const auto ended = child->wait();
    ASSERT_EQ(ended.status, 0) << ended.err;
    expectEndOf(program, "run");
    expectSaneTimes(program.runFolder("run"), secondsSince(again));
    EXPECT_TRUE(eventsOf(program.runFolder("run"), "warning").empty());
}

} // namespace

} // namespace nextquill::faults
