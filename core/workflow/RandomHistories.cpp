// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/RandomHistories.h"

#include "core/base/Random.h"

#include <algorithm>

namespace nextquill::workflow {

namespace {

/// Draws of one kind are apart from those of the others under the same seed.
enum class Stream : std::uint64_t { Resample = 41, Shuffle, Half, Choice };

std::uint64_t streamOf(Stream kind, std::uint64_t draw)
{
    return (static_cast<std::uint64_t>(kind) << 32U) + draw;
}

std::vector<std::size_t> orderOf(std::size_t n, std::uint64_t seed, std::uint64_t stream)
{
    const auto order = permutation(static_cast<std::int64_t>(n), seed, stream);
    return {order.begin(), order.end()};
}

} // namespace

std::vector<std::size_t> resampledHistory(std::size_t n, std::uint64_t seed, std::uint64_t draw)
{
    const Random random{seed, streamOf(Stream::Resample, draw)};
    std::vector<std::size_t> drawn;
    for (std::size_t i = 0; i < n; ++i) {
        drawn.push_back(static_cast<std::size_t>(random.uniform(i) * static_cast<double>(n)));
    }
    std::ranges::sort(drawn);
    const auto again = std::ranges::unique(drawn);
    drawn.erase(again.begin(), again.end());
    return drawn;
}

std::vector<std::size_t> shuffledHistory(std::size_t n, std::uint64_t seed, std::uint64_t draw)
{
    constexpr std::uint64_t tries = 32; // in vain with a chance of 2^-32 for two reviews
    std::vector<std::size_t> order;
    for (std::uint64_t i = 0; i < tries; ++i) {
        order = orderOf(n, seed, streamOf(Stream::Shuffle, draw * tries + i));
        if (n < 2 || !std::ranges::is_sorted(order)) {
            break;
        }
    }
    return order;
}

std::vector<bool> randomHalf(std::size_t n, std::uint64_t seed, std::uint64_t draw)
{
    const Random random{seed, streamOf(Stream::Half, draw)};
    std::vector<bool> mask(n);
    for (std::size_t i = 0; i < n; ++i) {
        mask[i] = random.uniform(i) < 0.5;
    }
    return mask;
}

std::vector<std::size_t> randomChoice(std::size_t n, std::size_t count, std::uint64_t seed,
                                      std::uint64_t draw)
{
    std::vector<std::size_t> chosen = orderOf(n, seed, streamOf(Stream::Choice, draw));
    chosen.resize(std::min(count, n));
    std::ranges::sort(chosen);
    return chosen;
}

} // namespace nextquill::workflow
