// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/BootstrapInterval.h"

#include "core/base/Random.h"

#include <gtest/gtest.h>

#include <vector>

namespace nextquill::evaluate {
namespace {

std::vector<double> uniform(std::size_t count)
{
    const Random random{3, 1};
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(random.uniform(i));
    }
    return values;
}

TEST(BootstrapInterval, HoldsTheMeanAndNarrowsWithMoreValues)
{
    const Interval few = bootstrapMean(uniform(20));
    const Interval many = bootstrapMean(uniform(2000));

    EXPECT_LT(few.low, few.mean);
    EXPECT_GT(few.high, few.mean);
    EXPECT_LT(many.high - many.low, (few.high - few.low) / 3);
    // The mean of n uniform numbers has a standard deviation of 0.2887 / sqrt(n).
    EXPECT_NEAR(many.high - many.low, 2 * 1.96 * 0.2887 / 44.72, 0.004);
}

TEST(BootstrapInterval, OfOneValueHasNoWidthAndOfNoneIsZero)
{
    const Interval one = bootstrapMean(std::vector{0.25});
    EXPECT_EQ(one.mean, 0.25);
    EXPECT_EQ(one.low, 0.25);
    EXPECT_EQ(one.high, 0.25);
    EXPECT_EQ(bootstrapMean({}).mean, 0);
}

TEST(BootstrapInterval, IsTheSameForTheSameSeed)
{
    const std::vector<double> values = uniform(50);
    EXPECT_EQ(bootstrapMean(values, 7).low, bootstrapMean(values, 7).low);
    EXPECT_NE(bootstrapMean(values, 7).low, bootstrapMean(values, 8).low);
}

} // namespace
} // namespace nextquill::evaluate
