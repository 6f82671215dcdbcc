// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TokenLengths.h"

#include "core/store/ReviewSample.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/TokenCounts.h"

#include <algorithm>

namespace nextquill::workflow {

namespace {

constexpr std::int64_t mostBars = 30;
constexpr double shownShare = 0.995; ///< what is beyond goes into the last bar

std::int64_t quantile(const std::vector<std::int64_t>& sorted, double share)
{
    const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    return sorted[std::min(index, sorted.size() - 1)];
}

/// The least of 1, 2, 5, 10, 20 … with which the bars up to a length are few enough.
std::int64_t barWidth(std::int64_t length)
{
    for (std::int64_t ten = 1;; ten *= 10) {
        for (const std::int64_t width : {ten, 2 * ten, 5 * ten}) {
            if (length / width < mostBars) {
                return width;
            }
        }
    }
}

std::vector<TokenLengthBar> barsOf(const std::vector<std::int64_t>& sorted)
{
    const std::int64_t end = quantile(sorted, shownShare);
    const std::int64_t width = barWidth(end);
    std::vector<TokenLengthBar> bars;
    for (std::int64_t low = 0; low <= end; low += width) {
        bars.push_back({.low = low, .high = low + width - 1, .texts = 0});
    }
    bars.back().high = std::max(bars.back().high, sorted.back());
    for (const std::int64_t length : sorted) {
        const auto bar = static_cast<std::size_t>(length / width);
        ++bars[std::min(bar, bars.size() - 1)].texts;
    }
    return bars;
}

} // namespace

TokenLengths tokenLengths(store::Project& project, const std::string& model, std::int64_t most,
                          const StopToken& stop, Progress& progress)
{
    constexpr std::uint64_t seed = 42;
    TokenCounts counts;
    TokenLengths lengths;
    lengths.model = chooseModel(model, &project).name;
    std::vector<std::int64_t> all;
    std::int64_t sum = 0;
    const store::SampleSize size = store::forEachSampled(
        project, most, seed, "counting tokens",
        [&](const store::Review& review) {
            all.push_back(counts.of({review.text}, model, &project, stop).front());
            sum += all.back();
        },
        stop, progress);
    lengths.texts = size.reviews;
    lengths.of = size.of;
    if (all.empty()) {
        return lengths;
    }
    std::ranges::sort(all);
    lengths.mean = static_cast<double>(sum) / static_cast<double>(all.size());
    lengths.median = quantile(all, 0.5);
    lengths.ninetieth = quantile(all, 0.9);
    lengths.longest = all.back();
    lengths.bars = barsOf(all);
    return lengths;
}

} // namespace nextquill::workflow
