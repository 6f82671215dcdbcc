// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/EffectSamples.h"

#include <gtest/gtest.h>

#include <numeric>

namespace nextquill::causal {
namespace {

/// 0.00, 0.01 … 0.40 for one token.
EffectSamples fortyOne()
{
    EffectSamples samples{.samples = 41, .effect = std::vector<float>(41)};
    for (std::size_t i = 0; i < samples.effect.size(); ++i) {
        samples.effect[i] = 0.01F * static_cast<float>(i);
    }
    return samples;
}

TEST(EffectSamples, HaveTheQuantilesOfNumpy)
{
    const std::vector<float> values{1, 2, 4, 8}; // numpy.quantile([1, 2, 4, 8], …)
    EXPECT_FLOAT_EQ(quantile(values, 0), 1);
    EXPECT_FLOAT_EQ(quantile(values, 0.025), 1.075F);
    EXPECT_FLOAT_EQ(quantile(values, 0.5), 3);
    EXPECT_FLOAT_EQ(quantile(values, 0.975), 7.7F);
    EXPECT_FLOAT_EQ(quantile(values, 1), 8);
    EXPECT_FLOAT_EQ(quantile(std::vector{3.0F}, 0.975), 3);
}

TEST(EffectSamples, HaveARangeInAnyOrder)
{
    const EffectRange range = middleRange(std::vector<float>{8, 1, 4, 2});
    EXPECT_FLOAT_EQ(range.low, 1.075F);
    EXPECT_FLOAT_EQ(range.high, 7.7F);
    EXPECT_TRUE(range.holds(2));
    EXPECT_FALSE(range.holds(8));
    EXPECT_EQ(middleRange({}).high, 0);
}

TEST(PlaceboVerdict, IsOwnOnlyAboveTheRangeOfThePlacebos)
{
    const EffectSamples placebos = fortyOne(); // 97.5 % quantile: 0.39
    const auto of = [&](float effect) {
        return placeboVerdicts(std::vector{effect}, placebos).front();
    };
    EXPECT_NEAR(of(0.2F).placebo.high, 0.39, 1e-6);
    EXPECT_FALSE(of(0.38F).isOwn);
    EXPECT_TRUE(of(0.395F).isOwn);
    EXPECT_DOUBLE_EQ(of(0.395F).p, 2.0 / 42); // one placebo is as strong
    EXPECT_DOUBLE_EQ(of(0.9F).p, 1.0 / 42);
    EXPECT_DOUBLE_EQ(of(-0.5F).p, 1);
    EXPECT_FALSE(of(-0.5F).isOwn);
}

TEST(PlaceboVerdict, OfNoEffectIsNeverOwnHoweverHarmfulThePlacebosAre)
{
    const EffectSamples harmful{.samples = 3, .effect = {-0.5F, -0.6F, -0.7F}};
    EXPECT_FALSE(placeboVerdicts(std::vector{-0.1F}, harmful).front().isOwn);
    EXPECT_TRUE(placeboVerdicts(std::vector{0.1F}, harmful).front().isOwn);
}

TEST(PlaceboVerdict, HasTheRateOverAllTokens)
{
    // Four tokens, 19 placebos each without any effect: p is 1/20 where there is one, else 1.
    const EffectSamples none{.samples = 19, .effect = std::vector<float>(4 * std::size_t{19})};
    const auto verdicts = placeboVerdicts(std::vector{0.3F, 0.0F, 0.2F, -0.1F}, none);
    EXPECT_DOUBLE_EQ(verdicts[0].p, 0.05);
    EXPECT_DOUBLE_EQ(verdicts[0].q, 0.1); // 0.05 · 4 / 2
    EXPECT_DOUBLE_EQ(verdicts[2].q, 0.1);
    EXPECT_DOUBLE_EQ(verdicts[1].q, 1);
}

} // namespace
} // namespace nextquill::causal
