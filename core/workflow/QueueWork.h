// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Progress.h"
#include "core/train/Trainer.h"
#include "core/workflow/DeviceTurn.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace nextquill::workflow {

/// What a person asks of the queue's run while it goes on.
struct QueueControl
{
    explicit QueueControl(train::OnDiskError onDiskError = train::OnDiskError::End)
        : run{onDiskError}
    {
    }

    train::RunControl run;
    /// A stop ends the work on the queue, not the wish for the run: it keeps its place and is the
    /// next one. Else it leaves the queue, Stopped.
    std::atomic<bool> keepsPlace{false};
    /// A stop leaves a run in a process of its own alone: it goes on.
    std::atomic<bool> isLeftAlone{false};
};

struct QueueOptions
{
    WhenBusy whenBusy = WhenBusy::Wait; ///< or Share
    /// `nextquill`, for runs in a process of their own and for those whose device this process has
    /// lost; empty: all are trained in this one.
    std::filesystem::path program;
    /// Called on the worker's thread when a run's turn has come.
    std::function<void(const std::string& run, bool ownProcess)> begun;
};

/// What became of the queue's next run.
struct QueueStep
{
    std::string run; ///< empty: none had its turn, for none waits or a stop came first
    train::RunResult result;
    std::optional<Error> failure; ///< why it has failed; the ledger has it too
};

/// Trains the next run that waits in the project, when its device is free. Runs whose program died
/// are found first and go on before others. Whoever moves runs while this one waits for a device
/// is heeded.
///
/// Threads  a worker thread; opens its own connections
/// Stops    as executeRun; within 100 ms while it waits
/// Throws   Error of the project or the device's lock; what is wrong with the run is in the step
[[nodiscard]] QueueStep executeNext(const std::filesystem::path& project,
                                    const QueueOptions& options, const StopToken& stop,
                                    Progress& progress, QueueControl& control);

} // namespace nextquill::workflow
