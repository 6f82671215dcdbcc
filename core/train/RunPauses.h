// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Progress.h"
#include "core/train/RunLog.h"

#include <cstdint>

namespace nextquill::train {

class RunControl;

/// Holds a run while it is paused: says so in its log, and counts the time, which is none of
/// training's.
///
/// Borrows  log
class RunPauses
{
public:
    explicit RunPauses(RunLog& log)
        : m_log{log}
    {
    }

    /// Returns at once, or when the person who has paused the run resumes or stops it.
    /// Throws Error(Storage); what control.failWith() was given.
    void holdIfAsked(std::int64_t step, const StopToken& stop, RunControl& control);

    /// Pauses the run and returns when somebody resumes it, or asks it to stop.
    void holdBecause(const Error& failure, const ProgressReport& where, const StopToken& stop,
                     Progress& progress, RunControl& control);

    /// Of all pauses, seconds.
    [[nodiscard]] double seconds() const { return m_seconds; }

private:
    void wait(const StopToken& stop, const RunControl& control);

    RunLog& m_log;
    double m_seconds = 0;
};

} // namespace nextquill::train
