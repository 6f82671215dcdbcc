// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/Turns.h"

#include <chrono>
#include <fstream>

namespace nextquill::bench {

namespace {

/// The kernel's mark of the process, in bytes.
std::optional<std::uint64_t> mostResident()
{
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::stoull(line.substr(line.find_first_of("0123456789"))) * 1024;
        }
    }
    return std::nullopt;
}

} // namespace

MemoryMeter processMemory()
{
    return {.reset = [] { std::ofstream{"/proc/self/clear_refs"} << 5; }, .peak = mostResident};
}

double secondsOf(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void takeTurns(std::span<TimedWay> ways, int repeats, const MemoryMeter& meter,
               const StopToken& stop, Progress& progress)
{
    const int most = repeats + 1;
    for (int turn = 0; turn < most; ++turn) {
        for (TimedWay& way : ways) {
            if (turn == 0 && !way.warmUp) {
                continue;
            }
            stopPoint(stop);
            progress.report({.done = turn, .total = most, .stage = way.name});
            meter.reset();
            const Timed timed = way.run();
            if (turn > 0) {
                way.runs.push_back(timed);
                way.peakBytes = meter.peak();
            }
        }
    }
}

BenchRow rowOf(const TimedWay& way)
{
    std::vector<double> seconds;
    std::vector<double> items;
    for (const Timed& run : way.runs) {
        seconds.push_back(run.seconds);
        items.push_back(run.items);
    }
    BenchRow row = rowOf(way.name, seconds, median(items), way.unit);
    row.peakBytes = way.peakBytes;
    return row;
}

} // namespace nextquill::bench
