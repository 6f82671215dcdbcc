// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/MinHash.h"

#include "core/base/Random.h"
#include "core/curate/FoldedText.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nextquill::curate {

namespace {

constexpr double wantedChance = 0.995;

} // namespace

double Bands::chanceOf(double similarity) const
{
    const double one = std::pow(similarity, static_cast<double>(rows));
    return 1 - std::pow(1 - one, static_cast<double>(count));
}

Bands bandsFor(double threshold, std::size_t rows)
{
    for (std::size_t length = rows; length > 1; --length) {
        const Bands bands{.count = rows / length, .rows = length};
        if (bands.chanceOf(threshold) >= wantedChance) {
            return bands;
        }
    }
    return {.count = rows, .rows = 1};
}

MinHash::MinHash(std::size_t rows, std::uint64_t seed)
    : m_keys(rows)
{
    const Random random{seed, 0};
    for (std::size_t row = 0; row < rows; ++row) {
        m_keys[row] = static_cast<std::uint32_t>(random.bits(row));
    }
}

void MinHash::sign(const std::vector<std::uint64_t>& set,
                   std::vector<std::uint32_t>& signature) const
{
    signature.assign(m_keys.size(), std::numeric_limits<std::uint32_t>::max());
    for (const std::uint64_t member : set) {
        const auto low = static_cast<std::uint32_t>(member);
        const auto high = static_cast<std::uint32_t>(member >> 32U);
        // 32 bits and no branch: the compiler does several rows at once.
        for (std::size_t row = 0; row < m_keys.size(); ++row) {
            std::uint32_t hash = low ^ m_keys[row];
            hash = (hash ^ (hash >> 16U)) * 0x85EB'CA6BU + high;
            hash = (hash ^ (hash >> 13U)) * 0xC2B2'AE35U;
            hash ^= hash >> 16U;
            signature[row] = std::min(signature[row], hash);
        }
    }
}

std::uint64_t MinHash::band(const std::vector<std::uint32_t>& signature, const Bands& bands,
                            std::size_t band)
{
    std::uint64_t hash = band;
    for (std::size_t row = band * bands.rows; row < (band + 1) * bands.rows; ++row) {
        hash = mixed(hash, signature[row]);
    }
    return hash;
}

} // namespace nextquill::curate
