// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/MinHash.h"

#include "core/base/Random.h"
#include "core/curate/FoldedText.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace nextquill::curate {
namespace {

/// Two sets of 64-bit numbers: `shared` in both, `each` more in either.
std::pair<std::vector<std::uint64_t>, std::vector<std::uint64_t>>
sets(std::size_t shared, std::size_t each, std::uint64_t seed)
{
    const Random random{seed, 9};
    std::vector<std::uint64_t> first;
    std::vector<std::uint64_t> second;
    for (std::size_t i = 0; i < shared + 2 * each; ++i) {
        if (i < shared + each) {
            first.push_back(random.bits(i));
        }
        if (i < shared || i >= shared + each) {
            second.push_back(random.bits(i));
        }
    }
    std::ranges::sort(first);
    std::ranges::sort(second);
    return {first, second};
}

TEST(MinHash, RowsAgreeAsOftenAsTheSetsAreAlike)
{
    constexpr std::size_t rows = 4'096;
    const MinHash hash{rows, 42};
    for (const auto& [shared, each] :
         {std::pair{0U, 40U}, {10U, 40U}, {50U, 25U}, {80U, 10U}, {40U, 0U}}) {
        const auto [first, second] = sets(shared, each, shared);
        std::vector<std::uint32_t> one;
        std::vector<std::uint32_t> other;
        hash.sign(first, one);
        hash.sign(second, other);
        std::size_t agree = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            agree += one[row] == other[row] ? 1 : 0;
        }
        const double similarity = jaccard(first, second);
        const double share = static_cast<double>(agree) / rows;
        // four standard deviations of a share of 4,096 draws
        EXPECT_NEAR(share, similarity, 4 * std::sqrt(similarity * (1 - similarity) / rows) + 1e-12);
    }
}

TEST(MinHash, IsAFunctionOfTheSeed)
{
    const auto set = sets(30, 0, 1).first;
    std::vector<std::uint32_t> one;
    std::vector<std::uint32_t> same;
    std::vector<std::uint32_t> other;
    MinHash{128, 7}.sign(set, one);
    MinHash{128, 7}.sign(set, same);
    MinHash{128, 8}.sign(set, other);
    EXPECT_EQ(one, same);
    EXPECT_NE(one, other);
}

TEST(MinHash, BandsAreTheLongestThatMissLittle)
{
    for (const double threshold : {0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95}) {
        const Bands bands = bandsFor(threshold, 128);
        EXPECT_LE(bands.count * bands.rows, 128U);
        if (threshold >= 0.3) {
            EXPECT_GE(bands.chanceOf(threshold), 0.995) << threshold;
        }
        const Bands longer{.count = 128 / (bands.rows + 1), .rows = bands.rows + 1};
        EXPECT_LT(longer.chanceOf(threshold), 0.995) << threshold;
    }
    EXPECT_EQ(bandsFor(0.8, 128).rows, 6U);
}

} // namespace
} // namespace nextquill::curate
