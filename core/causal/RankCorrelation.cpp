// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/RankCorrelation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace nextquill::causal {

namespace {

/// From 0; equal values have the mean of their places.
std::vector<double> ranksOf(std::span<const double> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        while (end < order.size() && values[order[end]] == values[order[begin]]) {
            ++end;
        }
        for (std::size_t place = begin; place < end; ++place) {
            ranks[order[place]] = static_cast<double>(begin + end - 1) / 2;
        }
        begin = end;
    }
    return ranks;
}

} // namespace

std::optional<double> rankCorrelation(std::span<const double> a, std::span<const double> b)
{
    if (a.size() < 2) {
        return std::nullopt;
    }
    const std::vector<double> ranksA = ranksOf(a);
    const std::vector<double> ranksB = ranksOf(b);
    const double mean = static_cast<double>(a.size() - 1) / 2; // of ranks, ties or not
    double both = 0;
    double ofA = 0;
    double ofB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both += (ranksA[i] - mean) * (ranksB[i] - mean);
        ofA += (ranksA[i] - mean) * (ranksA[i] - mean);
        ofB += (ranksB[i] - mean) * (ranksB[i] - mean);
    }
    if (ofA == 0 || ofB == 0) {
        return std::nullopt;
    }
    return both / std::sqrt(ofA * ofB);
}

} // namespace nextquill::causal
