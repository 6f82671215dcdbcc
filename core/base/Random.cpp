// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"

#include <numeric>
#include <utility>

namespace nextquill {

namespace {

std::uint64_t mix(std::uint64_t x) noexcept
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

} // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) noexcept
    : m_key{mix(seed) ^ mix(mix(stream) + 1)}
{
}

std::uint64_t Random::bits(std::uint64_t position) const noexcept
{
    return mix(m_key + mix(position));
}

double Random::uniform(std::uint64_t position) const noexcept
{
    return static_cast<double>(bits(position) >> 11U) * 0x1.0p-53;
}

std::vector<std::int64_t> permutation(std::int64_t size, std::uint64_t seed, std::uint64_t epoch)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    const Random random{seed, epoch};
    for (std::size_t i = order.size(); i > 1; --i) {
        const auto other = static_cast<std::size_t>(random.uniform(i) * static_cast<double>(i));
        std::swap(order[i - 1], order[other]);
    }
    return order;
}

} // namespace nextquill
