// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/Progress.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::bench {

/// One measured way of doing something.
struct BenchRow
{
    std::string name;
    double seconds = 0; ///< median of the runs
    double fastest = 0;
    double perSecond = 0;                   ///< of `unit`
    std::string unit;                       ///< "tokens", "rows"
    std::optional<double> bytesPerSecond;   ///< of text that is read
    std::optional<double> gigaflops;        ///< operations that are really done, a second
    std::optional<double> shareOfMatmul;    ///< of LibTorch's own matrix product in the same type
    std::optional<double> shareOfPeak;      ///< of the processor's multiply-adds
    std::optional<double> shareOfBandwidth; ///< of reading memory
    /// Of tensors at once; of the process where none are; of an optimizer: its state.
    std::optional<std::uint64_t> peakBytes;
    std::optional<std::uint64_t> estimate; ///< of that, as a dry run says it
    std::optional<double> ratio;           ///< to the row that it is compared with
    std::string comparedWith;
};

struct BenchReport
{
    std::string title;
    std::string conditions;
    std::vector<BenchRow> rows;
    OrderedJson facts = OrderedJson::object(); ///< what is known of the work: tokens, bytes
};

/// Seconds of each of `repeats` runs behind one that is not counted.
///
/// Stops    Stopped, between runs
[[nodiscard]] std::vector<double> timed(int repeats, const StopToken& stop,
                                        const std::function<void()>& run);
[[nodiscard]] double median(std::vector<double> values);
/// A row with its times filled in, for `items` of `unit` a run.
[[nodiscard]] BenchRow rowOf(std::string name, const std::vector<double>& seconds, double items,
                             std::string unit);
/// Sets the ratio of times: how many times as fast as `reference`.
void compare(BenchRow& row, const BenchRow& reference);

[[nodiscard]] OrderedJson toJson(const BenchReport& report);
[[nodiscard]] std::string toText(const BenchReport& report); ///< a table for a terminal

} // namespace nextquill::bench
