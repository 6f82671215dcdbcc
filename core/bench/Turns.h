// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nextquill::bench {

/// What of a run counts.
struct Timed
{
    double seconds = 0;
    double items = 0;
};

/// One way of doing a bench's work. Ways take turns, so that what else the machine does in these
/// minutes meets all of them.
struct TimedWay
{
    std::string name;
    std::string unit; ///< of the items
    std::function<Timed()> run;
    bool warmUp = true; ///< a run before the first turn does not count: it pays for new memory
    std::vector<Timed> runs{};
    std::optional<std::uint64_t> peakBytes{};
};

/// How a bench's memory is measured.
struct MemoryMeter
{
    std::function<void()> reset;
    std::function<std::optional<std::uint64_t>()> peak; ///< since reset()
};

/// Of the whole process: what is resident at the most. Where the system does not let the mark be
/// reset, it is that since the process began.
[[nodiscard]] MemoryMeter processMemory();

[[nodiscard]] double secondsOf(const std::function<void()>& work);

/// Runs each way `repeats` times, one after the other.
///
/// Stops    Stopped, between runs
void takeTurns(std::span<TimedWay> ways, int repeats, const MemoryMeter& meter,
               const StopToken& stop, Progress& progress);

/// Medians of the runs.
[[nodiscard]] BenchRow rowOf(const TimedWay& way);

} // namespace nextquill::bench
