// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunPauses.h"

#include "core/train/Trainer.h"

#include <chrono>

namespace nextquill::train {

void RunPauses::holdIfAsked(std::int64_t step, const StopToken& stop, RunControl& control)
{
    control.throwFault();
    if (!control.isPaused() || stop.stop_requested()) {
        return;
    }
    m_log.add({{"event", "pause"}, {"step", step}});
    wait(stop, control);
    if (!stop.stop_requested()) {
        m_log.add({{"event", "resume"}, {"step", step}});
    }
}

void RunPauses::holdBecause(const Error& failure, const ProgressReport& where,
                            const StopToken& stop, Progress& progress, RunControl& control)
{
    const auto tell = [this](OrderedJson event) {
        try {
            m_log.add(std::move(event));
            return true;
        } catch (const Error&) {
            return false; // the log keeps it until the disk takes it
        }
    };
    static_cast<void>(
        tell({{"event", "pause"}, {"step", where.done}, {"message", failure.what()}}));
    control.pauseBecause(failure.what());
    progress.report(
        {.done = where.done, .total = where.total, .stage = "paused: " + failure.problem()});
    wait(stop, control);
    if (!stop.stop_requested()) {
        static_cast<void>(tell({{"event", "resume"}, {"step", where.done}}));
    }
}

void RunPauses::wait(const StopToken& stop, const RunControl& control)
{
    const auto start = std::chrono::steady_clock::now();
    control.waitWhilePaused(stop);
    m_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace nextquill::train
