// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/FalseDiscovery.h"

#include "core/base/Error.h"
#include "core/base/Random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nextquill::causal {
namespace {

TEST(FalseDiscovery, EqualsThePublishedExample)
{
    // Benjamini and Hochberg 1995, section 4.1; the adjusted values by p · m / rank and the running
    // least from the end.
    const std::vector<double> p{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};
    const std::vector<double> expected{
        0.0015, 0.003,  0.0095, 0.035625,          0.0603,   0.0638571428571429, 0.0638571428571429,
        0.0645, 0.0765, 0.486,  0.581181818181818, 0.714875, 0.753230769230769,  0.813214285714286,
        1.0};
    const std::vector<double> q = falseDiscoveryRates(p);
    ASSERT_EQ(q.size(), expected.size());
    for (std::size_t i = 0; i < q.size(); ++i) {
        EXPECT_NEAR(q[i], expected[i], 1e-12) << i;
    }
    EXPECT_EQ(std::ranges::count_if(q, [](double x) { return x <= 0.05; }), 4); // as in the paper
}

TEST(FalseDiscovery, OfEqualValuesIsTheirOwn)
{
    EXPECT_EQ(falseDiscoveryRates(std::vector{0.04, 0.04, 0.04}), (std::vector{0.04, 0.04, 0.04}));
    for (const double q : falseDiscoveryRates(std::vector{0.05, 0.01, 0.04, 0.02, 0.03})) {
        EXPECT_DOUBLE_EQ(q, 0.05);
    }
    EXPECT_TRUE(falseDiscoveryRates({}).empty());
    EXPECT_EQ(falseDiscoveryRates(std::vector{0.3}), std::vector{0.3});
}

TEST(FalseDiscovery, KeepsTheOrderAndTiesAndIsNeverBelowP)
{
    const Random random{3, 0};
    std::uint64_t draw = 0;
    for (int round = 0; round < 100; ++round) {
        std::vector<double> p(1 + random.bits(draw++) % 40);
        for (double& value : p) { // a grid as placebos make it: many ties
            value = (1 + static_cast<double>(random.bits(draw++) % 20)) / 20;
        }
        const std::vector<double> q = falseDiscoveryRates(p);
        for (std::size_t i = 0; i < p.size(); ++i) {
            EXPECT_GE(q[i], p[i]);
            EXPECT_LE(q[i], 1);
            for (std::size_t j = 0; j < p.size(); ++j) {
                if (p[i] == p[j]) {
                    EXPECT_EQ(q[i], q[j]);
                } else if (p[i] < p[j]) {
                    EXPECT_LE(q[i], q[j]);
                }
            }
        }
    }
}

TEST(FalseDiscovery, RefusesWhatIsNoProbability)
{
    EXPECT_THROW(static_cast<void>(falseDiscoveryRates(std::vector{0.5, 1.5})), Error);
    EXPECT_THROW(static_cast<void>(
                     falseDiscoveryRates(std::vector{std::numeric_limits<double>::quiet_NaN()})),
                 Error);
}

} // namespace
} // namespace nextquill::causal
