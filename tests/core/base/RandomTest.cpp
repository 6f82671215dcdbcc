// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nextquill {
namespace {

TEST(Random, IsAFunctionOfItsArguments)
{
    EXPECT_EQ(Random(1, 2).bits(3), Random(1, 2).bits(3));
    EXPECT_NE(Random(1, 2).bits(3), Random(2, 1).bits(3));
    EXPECT_NE(Random(1, 2).bits(3), Random(1, 3).bits(2));
}

TEST(Random, IsUniform)
{
    const Random random{7, 0};
    double sum = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        const double value = random.uniform(i);
        ASSERT_GE(value, 0);
        ASSERT_LT(value, 1);
        sum += value;
    }
    EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

TEST(Random, PermutationHasEveryIndexOnceAndDependsOnTheEpoch)
{
    const auto first = permutation(100, 42, 0);
    const std::set<std::int64_t> all(first.begin(), first.end());

    EXPECT_EQ(all.size(), 100U);
    EXPECT_EQ(*all.rbegin(), 99);
    EXPECT_EQ(first, permutation(100, 42, 0));
    EXPECT_NE(first, permutation(100, 42, 1));
    EXPECT_FALSE(std::ranges::is_sorted(first));
    EXPECT_TRUE(permutation(0, 42, 0).empty());
}

} // namespace
} // namespace nextquill
