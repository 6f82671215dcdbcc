// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectMeasure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace nextquill::workflow {
namespace {

causal::TokenEffect token()
{
    return {.p_h = 0.5F,
            .p_0 = 0.125F,
            .logp_h = std::log(0.5F),
            .logp_0 = std::log(0.125F),
            .js = 0.1F,
            .rank_h = 1,
            .rank_0 = 8};
}

TEST(EffectMeasureTest, HasItsValueOfAToken)
{
    EXPECT_FLOAT_EQ(valueOf(token(), EffectMeasure::Pce), 0.375F);
    EXPECT_NEAR(valueOf(token(), EffectMeasure::LogRatio), 2, 1e-6);
    EXPECT_FLOAT_EQ(valueOf(token(), EffectMeasure::Divergence), 0.1F);
    EXPECT_FLOAT_EQ(valueOf(token(), EffectMeasure::WithHistory), 0.5F);
    EXPECT_FLOAT_EQ(valueOf(token(), EffectMeasure::WithoutHistory), 0.125F);
    EXPECT_NEAR(valueOf(token(), EffectMeasure::RankChange), 3, 1e-6);
}

TEST(EffectMeasureTest, IsFoundByItsId)
{
    std::set<std::string_view> ids;
    for (const EffectMeasureInfo& info : effectMeasures()) {
        EXPECT_EQ(measureCalled(info.id), info.measure);
        EXPECT_EQ(measureInfo(info.measure).id, info.id);
        EXPECT_TRUE(ids.insert(info.id).second);
        EXPECT_GT(info.range, 0);
        EXPECT_FALSE(info.above.empty());
    }
    EXPECT_EQ(ids.size(), 6U);
    EXPECT_FALSE(measureCalled("nonsense"));
}

TEST(EffectMeasureTest, IsShownWithItsUnit)
{
    EXPECT_EQ(shownValue(0.31249, EffectMeasure::Pce), "+0.312");
    EXPECT_EQ(shownValue(-1.2, EffectMeasure::LogRatio), "-1.20 bits");
    EXPECT_EQ(shownValue(0.25, EffectMeasure::WithHistory), "0.250");
}

} // namespace
} // namespace nextquill::workflow
