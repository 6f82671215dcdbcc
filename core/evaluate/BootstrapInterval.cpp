// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/BootstrapInterval.h"

#include "core/base/Random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace nextquill::evaluate {

namespace {

double meanOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Linear interpolation between order statistics, as numpy's default.
double quantile(const std::vector<double>& sorted, double q)
{
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return std::lerp(sorted[low], sorted[high], place - static_cast<double>(low));
}

} // namespace

Interval bootstrapMean(std::span<const double> values, std::uint64_t seed, int samples)
{
    if (values.empty()) {
        return {};
    }
    const Random random{seed, 0};
    const auto size = static_cast<double>(values.size());
    std::vector<double> means;
    std::uint64_t position = 0;
    for (int sample = 0; sample < samples; ++sample) {
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += values[static_cast<std::size_t>(random.uniform(position++) * size)];
        }
        means.push_back(sum / size);
    }
    std::ranges::sort(means);
    return {.mean = meanOf(values), .low = quantile(means, 0.025), .high = quantile(means, 0.975)};
}

} // namespace nextquill::evaluate
