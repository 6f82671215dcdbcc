// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Progress.h"
#include "core/store/RunLedger.h"
#include "core/train/Trainer.h"
#include "core/train/TrainingSettings.h"
#include "core/train/distributed/ProcessGroup.h"
#include "core/workflow/DeviceTurn.h"

#include <filesystem>
#include <string>

namespace nextquill::workflow {

/// What a new run of a project is to be.
struct RunRequest
{
    std::string model = "demo";
    std::string split; ///< empty: the newest, or one with default settings
    std::string name;  ///< stem; empty: the objective's name
    train::TrainingSettings settings;
    std::string job;         ///< of the launcher that starts its ranks; empty without one
    bool queued = false;     ///< waits in the queue; else for its caller alone
    bool ownProcess = false; ///< the window and `runs work` start a process for it
};

/// Enters a run in the ledger (state Waiting) and makes its folder: settings, model and data digest
/// are fixed from here on; the split is frozen. Another process may be writing the project, unless
/// a split has to be made first.
[[nodiscard]] store::RunRow prepareRun(const std::filesystem::path& project,
                                       const RunRequest& request);

/// Trains a prepared, stopped or interrupted run to its end, keeping the ledger's row and the
/// folder's events in step, when its device is free (DeviceTurn). Window, queue and command line
/// train in a project this way; no run is trained by two of them at once.
///
/// With a group of several ranks all call it; rank 0 alone writes into project and folder, the
/// others open the project beside it.
///
/// Threads  a worker thread; opens its own connections
/// Stops    as Trainer::run: the run becomes Stopped and can be resumed; one of the queue that
///          waits for its device stays there
/// Throws   what loading and Trainer::run throw; the row is Failed with the message then. A device
///          that was lost is not used by this process again. Error(BadInput) when the run goes on
///          elsewhere, or its device is taken and it is not to wait
train::RunResult executeRun(const std::filesystem::path& project, const std::string& run,
                            StopToken stop, Progress& progress, train::RunControl& control,
                            train::ProcessGroup& group = train::oneProcess(),
                            WhenBusy whenBusy = WhenBusy::Wait);

/// The error of a lost device with what there is to go on from: the newest checkpoint, and the
/// command that resumes the run.
[[nodiscard]] Error withResumeLine(const Error& lost, const std::filesystem::path& project,
                                   const std::string& run);

/// The unfinished run that a launcher's job began before it was started again; empty when it began
/// none.
[[nodiscard]] std::string runOfJob(const std::filesystem::path& project, const std::string& job);

/// Trains on ready prompts without a project, into `folder`. Where a launcher starts its ranks
/// again after a failure, it goes on with what is there.
train::RunResult trainOnRecords(const std::filesystem::path& records, const std::string& model,
                                const std::filesystem::path& folder,
                                const train::TrainingSettings& settings, StopToken stop,
                                Progress& progress, train::RunControl& control,
                                train::ProcessGroup& group = train::oneProcess(),
                                WhenBusy whenBusy = WhenBusy::Wait);

/// Goes on with a run's folder made by trainOnRecords.
train::RunResult resumeRecords(const std::filesystem::path& folder, StopToken stop,
                               Progress& progress, train::RunControl& control,
                               train::ProcessGroup& group = train::oneProcess(),
                               WhenBusy whenBusy = WhenBusy::Wait);

} // namespace nextquill::workflow
