// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/LossSum.h"

#include <gtest/gtest.h>

namespace nextquill::train {

namespace {

TEST(LossSum, LossesAreMeansOverRecordsAndEffectsMeansOverTokens)
{
    LossSum sum;
    sum.add({.loss = 4,
             .main = 3,
             .causal = 10,
             .meanPce = 0.2,
             .preferenceRatio = 0.5,
             .hasPce = true,
             .tokens = 30},
            1);
    sum.add({.loss = 1,
             .main = 0.5,
             .causal = 5,
             .meanPce = -0.1,
             .preferenceRatio = 0.1,
             .hasPce = true,
             .tokens = 10},
            3);

    const causal::LossReport mean = sum.mean();

    EXPECT_DOUBLE_EQ(mean.loss, (4 + 3 * 1.0) / 4);
    EXPECT_DOUBLE_EQ(mean.main, (3 + 3 * 0.5) / 4);
    EXPECT_DOUBLE_EQ(mean.causal, (10 + 3 * 5.0) / 4);
    EXPECT_DOUBLE_EQ(mean.meanPce, (30 * 0.2 - 10 * 0.1) / 40);
    EXPECT_DOUBLE_EQ(mean.preferenceRatio, (30 * 0.5 + 10 * 0.1) / 40);
    EXPECT_EQ(mean.tokens, 40);
    EXPECT_TRUE(mean.hasPce);
}

TEST(LossSum, PartsWithoutEffectsDoNotPullTheirMeanDown)
{
    LossSum sum;
    sum.add({.loss = 1, .meanPce = 0.4, .preferenceRatio = 1, .hasPce = true, .tokens = 5}, 1);
    sum.add({.loss = 3, .tokens = 500}, 1);

    const causal::LossReport mean = sum.mean();

    EXPECT_DOUBLE_EQ(mean.loss, 2);
    EXPECT_DOUBLE_EQ(mean.meanPce, 0.4);
    EXPECT_DOUBLE_EQ(mean.preferenceRatio, 1);
    EXPECT_EQ(mean.tokens, 505);
}

TEST(LossSum, NothingAddedHasNoEffectsAndNoLoss)
{
    const causal::LossReport mean = LossSum{}.mean();
    EXPECT_EQ(mean.loss, 0);
    EXPECT_EQ(mean.tokens, 0);
    EXPECT_FALSE(mean.hasPce);
}

} // namespace

} // namespace nextquill::train
