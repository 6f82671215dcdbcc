// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace nextquill::evaluate {

struct Interval
{
    double mean = 0;
    double low = 0;  ///< 2.5 % quantile
    double high = 0; ///< 97.5 % quantile
};

/// Percentile bootstrap of a mean, `samples` resamplings drawn with the seed. A single value gives
/// an interval of no width; none gives zeros.
[[nodiscard]] Interval bootstrapMean(std::span<const double> values, std::uint64_t seed = 42,
                                     int samples = 1000);

} // namespace nextquill::evaluate
