// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/QueueWork.h"

#include "core/store/Project.h"
#include "core/store/RunQueueOrder.h"
#include "core/workflow/ClaimedRun.h"
#include "core/workflow/Devices.h"
#include "core/workflow/Failure.h"
#include "core/workflow/RunProcess.h"

#include <utility>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

/// A run whose turn has come, and the turn.
struct Next
{
    store::RunRow row;
    std::optional<DeviceTurn> turn;
    bool apart = false;
};

std::string deviceOf(const store::RunRow& row)
{
    return deviceNamed(row.settings.value("device", std::string{"auto"}));
}

/// The run that is next once its device is free, claimed unless it is to be claimed by a process
/// of its own. None when no run waits.
std::optional<Next> waitForNext(store::Project& project, const QueueOptions& options,
                                const StopToken& stop, Progress& progress)
{
    store::RunQueueOrder order{project};
    std::optional<DeviceTurn> turn;
    while (true) {
        stopPoint(stop);
        const std::optional<store::RunRow> next = order.next();
        if (!next) {
            return std::nullopt;
        }
        const std::string device = deviceOf(*next);
        if (!turn || turn->device() != device) {
            turn.reset();
            turn = DeviceTurn::tryTake(device, "run " + next->name);
        }
        if (!turn && options.whenBusy != WhenBusy::Share) {
            progress.report(waitsFor(device));
            restBeforeLookingAgain(stop);
            continue;
        }
        if ((next->ownProcess || isLost(device)) && !options.program.empty()) {
            return Next{.row = *next, .turn = std::nullopt, .apart = true};
        }
        if (auto row = order.claimIfNext(next->id)) {
            if (turn) {
                turn->giveTo("run " + row->name);
            }
            return Next{.row = *std::move(row), .turn = std::move(turn)};
        }
    }
}

train::RunResult execute(const fs::path& file, store::Project& project, Next& next,
                         const QueueOptions& options, const StopToken& stop, Progress& progress,
                         QueueControl& control)
{
    if (next.apart) {
        return executeApart(options.program, file, next.row.name, options.whenBusy, stop, progress,
                            control.isLeftAlone);
    }
    return trainClaimed(project, next.row, stop, progress, control.run, train::oneProcess(),
                        [&control] { return control.keepsPlace.load(); });
}

/// A run in a process of its own was stopped by us: it does not know whether it keeps its place.
void settlePlace(store::Project& project, const store::RunRow& row, const QueueControl& control)
{
    store::RunQueueOrder order{project};
    const store::RunRow now = store::RunLedger{project}.get(row.name);
    if (control.keepsPlace.load() && now.state == store::RunState::Stopped) {
        order.enqueue(row.id);
        order.moveFirst(row.id);
    } else if (!control.keepsPlace.load() && now.isInQueue()) { // it waited for its device
        order.takeOut(row.id);
    }
}

} // namespace

QueueStep executeNext(const fs::path& file, const QueueOptions& options, const StopToken& stop,
                      Progress& progress, QueueControl& control)
{
    const auto project = store::Project::open(file, store::OpenMode::Ledger);
    store::RunLedger{*project}.recoverInterrupted();
    QueueStep step;
    std::optional<Next> next;
    try {
        next = waitForNext(*project, options, stop, progress);
    } catch (const Stopped&) {
        step.result.end = train::RunEnd::Stopped;
    }
    if (!next) {
        return step;
    }
    step.run = next->row.name;
    if (options.begun) {
        options.begun(step.run, next->apart);
    }
    try {
        step.result = execute(file, *project, *next, options, stop, progress, control);
    } catch (const std::exception& error) {
        step.failure = asError(error, "run " + step.run);
    }
    if (next->apart && !step.failure && step.result.end == train::RunEnd::Stopped &&
        !control.isLeftAlone.load()) {
        settlePlace(*project, next->row, control);
    }
    return step;
}

} // namespace nextquill::workflow
