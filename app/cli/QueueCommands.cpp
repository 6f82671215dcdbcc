// SPDX-License-Identifier: GPL-3.0-or-later
//
// The queue of a project's runs, below `nextquill runs`.
#include "app/cli/QueueCommands.h"

#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/RunQueueOrder.h"
#include "core/workflow/QueueWork.h"
#include "core/workflow/RunProcess.h"

#include "app/cli/BusyOption.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <thread>

namespace nextquill::app {

namespace fs = std::filesystem;

namespace {

using store::RunRow;

struct QueueFlags
{
    fs::path project;
    std::string run;
    std::string before;
    bool first = false;
    bool last = false;
    bool up = false;
    bool down = false;
    bool keepWaiting = false;
    bool stopOnFailure = false;
    workflow::WhenBusy whenBusy = workflow::WhenBusy::Wait;
};

constexpr std::chrono::milliseconds queueRest{50};
constexpr int restsBetweenQueues = 20; // a new run begins within a second

/// What `runs work` did, a run at a time.
class Worker
{
public:
    Worker(const QueueFlags& flags, Context& context)
        : m_flags{flags}
        , m_context{context}
        , m_control{std::make_shared<workflow::QueueControl>()}
    {
        m_control->keepsPlace = true;
        context.interrupt.onCheckpoint([control = m_control] { control->run.requestCheckpoint(); });
        m_options.whenBusy = flags.whenBusy;
        m_options.program = workflow::commandLineProgram().value_or(fs::path{});
        m_options.begun = [&context](const std::string& run, bool) {
            context.out.endProgress();
            context.out.notice("run " + run);
        };
    }

    int work()
    {
        const StopToken stop = m_context.interrupt.token();
        bool goesOn = true;
        while (goesOn && !stop.stop_requested()) {
            const workflow::QueueStep step =
                workflow::executeNext(m_flags.project, m_options, stop, m_context.out, *m_control);
            m_context.out.endProgress();
            goesOn = step.run.empty() ? m_flags.keepWaiting && rest(stop) : note(step);
        }
        return end(stop.stop_requested());
    }

private:
    /// False once asked to stop.
    static bool rest(const StopToken& stop)
    {
        for (int look = 0; look < restsBetweenQueues && !stop.stop_requested(); ++look) {
            std::this_thread::sleep_for(queueRest);
        }
        return !stop.stop_requested();
    }

    /// True where the next run is to follow.
    bool note(const workflow::QueueStep& step)
    {
        const bool stopped = step.result.end == train::RunEnd::Stopped;
        const char* const state = step.failure ? "failed" : stopped ? "stopped" : "done";
        m_context.out.text(
            step.failure
                ? fmt::format("{}: failed: {}", step.run, step.failure->what())
                : fmt::format("{}: {} after {} steps", step.run, state, step.result.steps));
        m_runs.push_back(
            {{"run", step.run},
             {"state", state},
             {"steps", step.failure ? OrderedJson(nullptr) : OrderedJson(step.result.steps)},
             {"error", step.failure ? OrderedJson(step.failure->what()) : OrderedJson(nullptr)}});
        m_failed += step.failure ? 1 : 0;
        return !step.failure || !m_flags.stopOnFailure;
    }

    int end(bool interrupted)
    {
        const auto project = store::Project::open(m_flags.project, store::OpenMode::ReadOnly);
        const auto waiting = store::RunQueueOrder{*project}.waiting().size();
        if (m_runs.empty() || waiting > 0) {
            m_context.out.text(waiting == 0 ? std::string{"no run waits"}
                                            : fmt::format("{} still wait", waiting));
        }
        m_context.out.document({{"runs", std::move(m_runs)}, {"waiting", waiting}});
        return interrupted ? exitInterrupted : m_failed > 0 ? exitFailed : exitDone;
    }

    const QueueFlags& m_flags;
    Context& m_context;
    std::shared_ptr<workflow::QueueControl> m_control; // a signal may come at the end
    workflow::QueueOptions m_options;
    OrderedJson m_runs = OrderedJson::array();
    int m_failed = 0;
};

int work(const QueueFlags& flags, Context& context)
{
    return Worker{flags, context}.work();
}

/// The queue after a change.
int tellQueue(store::Project& project, Context& context)
{
    OrderedJson names = OrderedJson::array();
    for (const RunRow& row : store::RunQueueOrder{project}.waiting()) {
        names.push_back(row.name);
        context.out.text(fmt::format("{:>3}  {}", names.size(), row.name));
    }
    context.out.document({{"queue", std::move(names)}});
    return exitDone;
}

int move(const QueueFlags& flags, Context& context)
{
    const auto project = store::Project::open(flags.project, store::OpenMode::Ledger);
    const store::RunLedger ledger{*project};
    store::RunQueueOrder order{*project};
    const RunId run = ledger.get(flags.run).id;
    if (!flags.before.empty()) {
        order.moveBefore(run, ledger.get(flags.before).id);
    } else if (flags.up || flags.down) {
        order.moveBy(run, flags.up ? -1 : 1);
    } else if (flags.first) {
        order.moveFirst(run);
    } else {
        order.moveLast(run);
    }
    return tellQueue(*project, context);
}

int unqueue(const QueueFlags& flags, Context& context)
{
    const auto project = store::Project::open(flags.project, store::OpenMode::Ledger);
    store::RunQueueOrder{*project}.takeOut(store::RunLedger{*project}.get(flags.run).id);
    return tellQueue(*project, context);
}

/// Runs whose program ended; with a name also one of a host that is gone.
int recover(const QueueFlags& flags, Context& context)
{
    const auto project = store::Project::open(flags.project, store::OpenMode::Ledger);
    store::RunLedger ledger{*project};
    OrderedJson names = OrderedJson::array();
    for (const RunRow& row : ledger.recoverInterrupted()) {
        names.push_back(row.name);
    }
    if (!flags.run.empty()) {
        const RunRow row = ledger.get(flags.run);
        if (row.state == store::RunState::Running) {
            ledger.setState(ledger.claim(row.id, /*force=*/true).id, store::RunState::Paused);
            names.push_back(row.name);
        }
    }
    for (const auto& name : names) {
        context.out.text(name.get<std::string>() + ": interrupted; it can go on");
    }
    context.out.document({{"recovered", std::move(names)}});
    return exitDone;
}

void addMove(CLI::App& runs, const std::shared_ptr<QueueFlags>& flags, Context& context)
{
    CLI::App* const command = addProjectCommand(
        runs, flags, context, "move", "Gives a run that waits another place in the queue", move);
    command->add_option("RUN", flags->run, "Its name")->required();
    CLI::Option_group* const where = command->add_option_group("Where to");
    where->add_flag("--first", flags->first, "It is the next one");
    where->add_flag("--last", flags->last, "Behind all others");
    where->add_flag("--up", flags->up, "One place towards the front");
    where->add_flag("--down", flags->down, "One place towards the end");
    where->add_option("--before", flags->before, "In front of this run");
    where->require_option(1);
}

} // namespace

void addQueueCommands(CLI::App& runs, Context& context)
{
    const auto flags = std::make_shared<QueueFlags>();
    CLI::App* const working =
        addProjectCommand(runs, flags, context, "work",
                          "Trains the runs that wait (`train --queue`) one after another", work);
    working->footer("SIGINT or SIGTERM stops the run that goes on; it keeps its place and is the "
                    "next one. Exit status 1 when a run has failed.");
    working->add_flag("--keep-waiting", flags->keepWaiting,
                      "When none waits any more, wait for the next one");
    working->add_flag("--stop-on-failure", flags->stopOnFailure,
                      "End when a run fails; the others keep waiting");
    addBusyOption(*working, flags->whenBusy);
    addMove(runs, flags, context);
    addProjectCommand(runs, flags, context, "unqueue", "Takes a run out of the queue", unqueue)
        ->add_option("RUN", flags->run, "Its name")
        ->required();
    addProjectCommand(runs, flags, context, "recover",
                      "Marks runs as interrupted whose program has ended", recover)
        ->add_option("RUN", flags->run, "Also this one, of another host that is gone");
}

} // namespace nextquill::app
