// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/RankCorrelation.h"

#include <gtest/gtest.h>

#include <vector>

namespace nextquill::causal {
namespace {

TEST(RankCorrelation, IsOneForAnyRisingAndMinusOneForAnyFallingRelation)
{
    const std::vector<double> a{1, 2, 3, 4};
    EXPECT_DOUBLE_EQ(*rankCorrelation(a, std::vector<double>{0.1, 5, 6, 100}), 1);
    EXPECT_DOUBLE_EQ(*rankCorrelation(a, std::vector<double>{9, 1, 0, -7}), -1);
}

TEST(RankCorrelation, EqualsReferenceValues)
{
    // scipy.stats.spearmanr([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) and, with ties on both sides,
    // spearmanr([1, 2, 2, 4], [3, 1, 1, 5]).
    EXPECT_NEAR(
        *rankCorrelation(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{5, 6, 7, 8, 7}),
        0.82078268166812329, 1e-12);
    EXPECT_NEAR(*rankCorrelation(std::vector<double>{1, 2, 2, 4}, std::vector<double>{3, 1, 1, 5}),
                1.0 / 3, 1e-12);
}

TEST(RankCorrelation, OfTooLittleIsNone)
{
    EXPECT_FALSE(rankCorrelation(std::vector<double>{1}, std::vector<double>{2}));
    EXPECT_FALSE(rankCorrelation(std::vector<double>{1, 2}, std::vector<double>{3, 3}));
}

} // namespace
} // namespace nextquill::causal
