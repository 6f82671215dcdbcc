// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/PreferenceEffects.h"

#include <gtest/gtest.h>

namespace nextquill::causal {
namespace {

PreferenceEffects effects(std::initializer_list<float> pces)
{
    PreferenceEffects result;
    for (const float pce : pces) {
        result.tokens.push_back({.p_h = 0.5F + pce, .p_0 = 0.5F});
    }
    return result;
}

TEST(PreferenceEffects, MeanIsOverAllTokens)
{
    EXPECT_NEAR(effects({0.25F, -0.25F, 0.5F, 0.0F}).meanPce(), 0.125, 1e-7);
}

TEST(PreferenceEffects, RatioCountsTokensAboveTheThresholdOnly)
{
    EXPECT_DOUBLE_EQ(effects({0.25F, 0.0625F, 0.5F, -0.5F}).preferenceRatio(0.0625F), 0.5);
}

TEST(PreferenceEffects, OfAnEmptyTextAreZero)
{
    EXPECT_EQ(effects({}).meanPce(), 0);
    EXPECT_EQ(effects({}).preferenceRatio(0.05F), 0);
}

} // namespace
} // namespace nextquill::causal
