// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/FilterExpression.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

struct HistogramBar
{
    double low = 0;  ///< the first value that belongs to it
    double high = 0; ///< the last value; times in milliseconds, flags 0 and 1
    std::int64_t rows = 0;
    std::string typed; ///< what a column's field says for exactly this bar
};

/// How many rows have which values in a column.
struct Histogram
{
    std::string column;
    std::vector<HistogramBar> bars; ///< by value, without gaps; few values: one for each
    std::int64_t rows = 0;          ///< that were counted
    bool complete = false;          ///< else on these rows only
};

/// The field's text for the bars from `first` to `last`, whichever comes first; empty where that is
/// everything.
[[nodiscard]] std::string typedFor(const Histogram& histogram, std::size_t first, std::size_t last);

using HistogramSink = std::function<void(const std::vector<Histogram>&)>;

/// Distributions of these columns over the rows that a filter matches, all in one pass. `sink` gets
/// what was counted so far, several times a second, and at the end.
///
/// Threads  as the project
/// Stops    Stopped
/// Throws   Error(Storage); Error(BadInput) for a column without a histogram
[[nodiscard]] std::vector<Histogram> histograms(Project& project, const FilterExpression& filter,
                                                const std::vector<std::string>& columns,
                                                const HistogramSink& sink, StopToken stop,
                                                Progress& progress);

} // namespace nextquill::store
