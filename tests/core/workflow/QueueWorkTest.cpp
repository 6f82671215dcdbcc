// SPDX-License-Identifier: GPL-3.0-or-later
//
// The queue of a project on a tiny model: runs in their order, faults in one of them, a lost
// device, runs in processes of their own.
#include "core/workflow/QueueWork.h"

#include "core/base/EventLog.h"
#include "core/store/RunQueueOrder.h"
#include "core/workflow/Devices.h"
#include "core/workflow/ProjectRun.h"
#include "core/workflow/RunProcess.h"

#include "tests/core/workflow/SampleProject.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <mutex>
#include <stdexcept>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;

/// Does something when the run is that far.
class AtStep final : public Progress
{
public:
    AtStep(std::int64_t step, std::function<void()> action)
        : m_step{step}
        , m_action{std::move(action)}
    {
    }
    void report(const ProgressReport& report) noexcept override
    {
        if (report.done == m_step && report.stage == "training") {
            m_action();
        }
    }

private:
    std::int64_t m_step;
    std::function<void()> m_action;
};

class Queue : public testing::SampleProject
{
protected:
    void SetUp() override
    {
        SampleProject::SetUp();
        if (!IsSkipped()) {
            smallSplit();
        }
    }
    void TearDown() override { forgetLost("cpu"); }

    std::string add(const std::string& name, bool ownProcess = false, std::int64_t steps = 2)
    {
        train::TrainingSettings settings = quickTraining();
        settings.maxSteps = steps;
        settings.checkpointEvery = 1;
        return prepareRun(m_file, {.model = m_model.string(),
                                   .split = "small",
                                   .name = name,
                                   .settings = settings,
                                   .queued = true,
                                   .ownProcess = ownProcess})
            .name;
    }
    QueueStep next(Progress& progress, const StopToken& stop = {})
    {
        return executeNext(m_file, m_options, stop, progress, m_control);
    }
    QueueStep next() { return next(m_progress); }
    [[nodiscard]] store::RunState stateOf(const std::string& run)
    {
        return store::RunLedger{*m_project}.get(run).state;
    }
    [[nodiscard]] std::vector<std::string> waiting()
    {
        std::vector<std::string> names;
        for (const store::RunRow& row : store::RunQueueOrder{*m_project}.waiting()) {
            names.push_back(row.name);
        }
        return names;
    }
    [[nodiscard]] int count(const std::string& run, const std::string& kind)
    {
        EventReader reader{m_project->folder() / "runs" / run / "events.jsonl"};
        int found = 0;
        for (const Json& event : reader.poll()) {
            found += event.at("event") == kind ? 1 : 0;
        }
        return found;
    }

    QueueOptions m_options{.program = NEXTQUILL_PROGRAM};
    QueueControl m_control;
};

TEST_F(Queue, TrainsWhatWaitsInItsOrder)
{
    const std::string a = add("a");
    const std::string b = add("b");
    EXPECT_EQ(waiting(), (std::vector{a, b}));
    std::vector<std::string> begun;
    m_options.begun = [&](const std::string& run, bool) { begun.push_back(run); };
    EXPECT_EQ(next().run, a);
    EXPECT_EQ(stateOf(a), store::RunState::Done);
    EXPECT_EQ(next().run, b);
    EXPECT_EQ(next().run, "");
    EXPECT_EQ(begun, (std::vector{a, b}));
    EXPECT_TRUE(DeviceTurn::tryTake("cpu", "run x")) << "the turn was kept";
}

TEST_F(Queue, GoesOnAfterARunThatFails)
{
    const std::string a = add("a");
    const std::string b = add("b");
    AtStep fault{1, [this] {
                     m_control.run.failWith(
                         std::make_exception_ptr(std::runtime_error{"a broken part"}));
                 }};
    const QueueStep failed = next(fault);
    EXPECT_EQ(failed.run, a);
    ASSERT_TRUE(failed.failure);
    EXPECT_THAT(failed.failure->what(), HasSubstr("a broken part"));
    EXPECT_EQ(stateOf(a), store::RunState::Failed);
    EXPECT_EQ(next().run, b);
    EXPECT_EQ(stateOf(b), store::RunState::Done);
    store::RunQueueOrder{*m_project}.enqueue(store::RunLedger{*m_project}.get(a).id);
    EXPECT_EQ(next().run, a);
    EXPECT_EQ(stateOf(a), store::RunState::Done);
    EXPECT_EQ(count(a, "step"), 2) << "a step was trained twice";
}

TEST_F(Queue, KeepsTheNewestCheckpointOfARunWhoseDeviceIsLostAndLeavesTheDevice)
{
    const std::string a = add("a", false, 4);
    const std::string b = add("b");
    AtStep fault{2, [this] {
                     m_control.run.failWith(std::make_exception_ptr(std::runtime_error{
                         "CUDA error: an illegal memory access was encountered\nstack"}));
                 }};
    const QueueStep lost = next(fault);
    ASSERT_TRUE(lost.failure);
    EXPECT_EQ(lost.failure->kind(), ErrorKind::DeviceLost);
    EXPECT_EQ(stateOf(a), store::RunState::Failed);
    EXPECT_EQ(count(a, "error"), 1);
    EXPECT_EQ(count(a, "checkpoint"), 2);
    const Error told = withResumeLine(*lost.failure, m_file, a);
    EXPECT_THAT(told.what(), HasSubstr("--resume " + a));
    EXPECT_THAT(told.what(), HasSubstr("checkpoint is that of step 2"));

    // This process does not touch the device again, and says why; another process does.
    m_options.program.clear();
    const QueueStep refused = next();
    ASSERT_TRUE(refused.failure);
    EXPECT_THAT(refused.failure->what(), HasSubstr("illegal memory access"));
    EXPECT_EQ(stateOf(b), store::RunState::Failed);
    store::RunQueueOrder{*m_project}.enqueue(store::RunLedger{*m_project}.get(b).id);
    m_options.program = NEXTQUILL_PROGRAM;
    EXPECT_FALSE(next().failure);
    EXPECT_EQ(stateOf(b), store::RunState::Done);
    const auto done =
        executeApart(NEXTQUILL_PROGRAM, m_file, a, WhenBusy::Wait, {}, m_progress, false);
    EXPECT_EQ(done.end, train::RunEnd::Finished);
    EXPECT_EQ(done.steps, 4);
    EXPECT_EQ(stateOf(a), store::RunState::Done);
    EXPECT_EQ(count(a, "step"), 4) << "a step was trained twice";
}

TEST_F(Queue, GivesARunsOwnProcessThreadsThatDoNotSpinUnlessThatIsDecided)
{
    const std::string a = add("a");
    const auto script = m_folder.write("program", "#!/bin/sh\necho \"$OMP_WAIT_POLICY\" > '" +
                                                      (m_folder / "policy").string() + "'\n");
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    const auto policyOf = [&] {
        static_cast<void>(executeApart(script, m_file, a, WhenBusy::Wait, {}, m_progress, false));
        std::ifstream file{m_folder / "policy"};
        std::string policy;
        file >> policy;
        return policy;
    };
    const char* const own = std::getenv("OMP_WAIT_POLICY");
    const std::string before = own != nullptr ? own : "";
    ::unsetenv("OMP_WAIT_POLICY");
    EXPECT_EQ(policyOf(), "passive");
    ::setenv("OMP_WAIT_POLICY", "active", 1);
    EXPECT_EQ(policyOf(), "active");
    before.empty() ? ::unsetenv("OMP_WAIT_POLICY") : ::setenv("OMP_WAIT_POLICY", before.c_str(), 1);
}

TEST_F(Queue, StopsTheRunThatGoesOnAndKeepsItsPlaceWhereThatIsWanted)
{
    const std::string a = add("a", false, 50);
    const std::string b = add("b");
    for (const bool keeps : {true, false}) {
        m_control.keepsPlace = keeps;
        std::stop_source source;
        AtStep stopper{keeps ? 1 : 2, [&source] { source.request_stop(); }};
        const QueueStep step = next(stopper, source.get_token());
        EXPECT_EQ(step.run, a);
        EXPECT_EQ(step.result.end, train::RunEnd::Stopped);
        EXPECT_EQ(stateOf(a), keeps ? store::RunState::Paused : store::RunState::Stopped);
        EXPECT_EQ(waiting(), keeps ? (std::vector{a, b}) : (std::vector{b}));
    }
    EXPECT_EQ(count(a, "resume"), 1);
}

TEST_F(Queue, HeedsAnotherOrderWhileItWaitsForTheDevice)
{
    const std::string a = add("a");
    const std::string b = add("b");
    auto taken = DeviceTurn::tryTake("cpu", "run other");
    ASSERT_TRUE(taken);
    class Reorder final : public Progress
    {
    public:
        explicit Reorder(std::function<void(const std::string&)> action)
            : m_action{std::move(action)}
        {
        }
        void report(const ProgressReport& report) noexcept override
        {
            if (report.stage.starts_with("waits for")) {
                m_action(report.stage);
            }
        }

    private:
        std::function<void(const std::string&)> m_action;
    };
    Reorder progress{[&](const std::string& stage) {
        EXPECT_THAT(stage, HasSubstr("run other"));
        if (taken) {
            store::RunQueueOrder{*m_project}.moveFirst(store::RunLedger{*m_project}.get(b).id);
            taken.reset();
        }
    }};
    EXPECT_EQ(next(progress).run, b);
    EXPECT_EQ(waiting(), std::vector{a});

    // And it is left without having begun.
    taken = DeviceTurn::tryTake("cpu", "run other");
    std::stop_source source;
    Reorder stopper{[&](const std::string&) { source.request_stop(); }};
    EXPECT_EQ(next(stopper, source.get_token()).run, "");
    EXPECT_EQ(waiting(), std::vector{a});
}

TEST_F(Queue, TrainsARunInAProcessOfItsOwn)
{
    const std::string a = add("a", true);
    bool apart = false;
    m_options.begun = [&](const std::string&, bool own) { apart = own; };
    const QueueStep step = next();
    EXPECT_EQ(step.run, a);
    EXPECT_FALSE(step.failure) << step.failure->what();
    EXPECT_TRUE(apart);
    EXPECT_EQ(step.result.steps, 2);
    EXPECT_EQ(stateOf(a), store::RunState::Done);
    EXPECT_EQ(next().run, "");
}

TEST_F(Queue, StopsARunInAProcessOfItsOwn)
{
    for (const bool keeps : {true, false}) {
        const std::string a = add("a", true, 500);
        m_control.keepsPlace = keeps;
        std::stop_source source;
        AtStep stopper{1, [&source] { source.request_stop(); }};
        const QueueStep step = next(stopper, source.get_token());
        EXPECT_EQ(step.run, a);
        EXPECT_EQ(step.result.end, train::RunEnd::Stopped);
        EXPECT_EQ(count(a, "stop"), 1);
        EXPECT_EQ(stateOf(a), keeps ? store::RunState::Waiting : store::RunState::Stopped);
        EXPECT_EQ(waiting(), keeps ? (std::vector{a}) : (std::vector<std::string>{}));
        if (keeps) {
            store::RunQueueOrder{*m_project}.takeOut(store::RunLedger{*m_project}.get(a).id);
        }
    }
}

TEST_F(Queue, TellsOfAProcessThatTheSystemKilledAndDoesNotTryItForEver)
{
    const std::string a = add("a", true, 500);
    AtStep killer{1, [&] {
                      const auto row = store::RunLedger{*m_project}.get(a);
                      ::kill(static_cast<pid_t>(row.process.id), SIGKILL);
                  }};
    const QueueStep step = next(killer);
    ASSERT_TRUE(step.failure);
    EXPECT_THAT(step.failure->what(), HasSubstr("signal 9"));
    EXPECT_EQ(stateOf(a), store::RunState::Failed);
    EXPECT_EQ(next().run, "");
}

TEST_F(Queue, LeavesAProcessAloneThatIsToGoOn)
{
    const std::string a = add("a", true, 60);
    std::stop_source source;
    m_control.isLeftAlone = true;
    m_control.keepsPlace = true;
    AtStep leaver{1, [&source] { source.request_stop(); }};
    EXPECT_EQ(next(leaver, source.get_token()).run, a);
    EXPECT_EQ(stateOf(a), store::RunState::Running);
    // It has a folder to itself; its end is in the ledger, whoever looks.
    while (stateOf(a) == store::RunState::Running) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    EXPECT_EQ(stateOf(a), store::RunState::Done);
    EXPECT_EQ(count(a, "stop"), 0);
}

TEST_F(Queue, SaysWhyAProcessOfItsOwnFailed)
{
    const std::string a = add("a", true);
    std::filesystem::remove(m_project->folder() / "runs" / a / "run.toml");
    const QueueStep step = next();
    ASSERT_TRUE(step.failure);
    EXPECT_THAT(step.failure->what(), HasSubstr("holds no run"));
    EXPECT_EQ(stateOf(a), store::RunState::Failed);
}

} // namespace
} // namespace nextquill::workflow
