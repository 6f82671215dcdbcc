// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Progress.h"
#include "core/store/RunLedger.h"
#include "core/train/Trainer.h"
#include "core/workflow/DeviceTurn.h"

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nextquill::workflow {

/// `nextquill train PROJECT --resume RUN` as a process apart from this one: what stops it, an
/// accelerator that is lost for good or the system for want of memory, leaves this one alone.
///
/// It belongs to a session of its own and does not end with this process: its run goes on then, is
/// in the ledger and can be watched. What it says is appended to `process.log` in the run's folder.
///
/// Threads  one
class RunProcess
{
public:
    /// Starts it. Throws Error(Internal) when the program cannot be started.
    RunProcess(const std::filesystem::path& program, const std::filesystem::path& project,
               const store::RunRow& run, WhenBusy whenBusy);
    ~RunProcess(); ///< leaves it alone
    RunProcess(const RunProcess&) = delete;
    RunProcess& operator=(const RunProcess&) = delete;

    [[nodiscard]] pid_t id() const { return m_process; }
    /// Exit status, 128 + signal where one ended it; none while it goes on.
    [[nodiscard]] std::optional<int> ended();
    /// Asks it to stop: it keeps its last step.
    void interrupt() const;
    /// The last line that it said, or empty.
    [[nodiscard]] std::string lastWords() const;

private:
    std::filesystem::path m_log;
    pid_t m_process = 0;
    std::optional<int> m_status;
};

/// `nextquill` of this installation or build: beside the program that runs, or in the folder where
/// a build has it. None where it is not there.
[[nodiscard]] std::optional<std::filesystem::path> commandLineProgram();

/// As executeRun, in a process of its own, and watched until it ends. `isLeftAlone`: a stop then
/// ends the watching, not the run.
///
/// Threads  a worker thread
/// Stops    the process is asked to stop, and its end awaited: RunEnd::Stopped
/// Throws   Error as the ledger has it, or of the process' last words
train::RunResult executeApart(const std::filesystem::path& program,
                              const std::filesystem::path& project, const std::string& run,
                              WhenBusy whenBusy, const StopToken& stop, Progress& progress,
                              const std::atomic<bool>& isLeftAlone);

} // namespace nextquill::workflow
