// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectColor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nextquill::workflow {
namespace {

/// Relative luminance and contrast as WCAG 2.2 defines them.
double luminance(const Rgb& color)
{
    const auto linear = [](std::uint8_t value) {
        const double c = value / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

double contrast(const Rgb& a, const Rgb& b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

int distance(const Rgb& a, const Rgb& b)
{
    return std::abs(a.red - b.red) + std::abs(a.green - b.green) + std::abs(a.blue - b.blue);
}

class EffectColor : public ::testing::TestWithParam<Ground>
{
};

TEST_P(EffectColor, LetsTextBeReadOnEveryCell)
{
    for (int step = -1000; step <= 1000; ++step) {
        const Rgb color = effectColor(step / 1000.0, defaultRange, GetParam());
        EXPECT_GE(contrast(color, inkColor(GetParam())), 4.5) << step;
    }
}

TEST_P(EffectColor, IsTheGroundWithoutAnEffect)
{
    const Rgb ground = groundColor(GetParam());
    EXPECT_EQ(effectColor(0, defaultRange, GetParam()), ground);
    EXPECT_EQ(effectColor(std::numeric_limits<double>::quiet_NaN(), defaultRange, GetParam()),
              ground);
    EXPECT_EQ(effectColor(0.3, 0, GetParam()), ground);
}

TEST_P(EffectColor, EndsAtTheRangeOnBothSides)
{
    for (const double sign : {1.0, -1.0}) {
        const Rgb end = effectColor(sign * defaultRange, defaultRange, GetParam());
        EXPECT_EQ(effectColor(sign, defaultRange, GetParam()), end);
        EXPECT_NE(effectColor(sign * defaultRange * 0.8, defaultRange, GetParam()), end);
    }
    EXPECT_GT(distance(effectColor(1, defaultRange, GetParam()),
                       effectColor(-1, defaultRange, GetParam())),
              100);
}

TEST_P(EffectColor, GrowsFromTheGroundWithTheEffect)
{
    for (const double sign : {1.0, -1.0}) {
        int before = 0;
        for (int step = 1; step <= 50; ++step) {
            const int now = distance(effectColor(sign * step / 100.0, defaultRange, GetParam()),
                                     groundColor(GetParam()));
            EXPECT_GE(now, before);
            before = now;
        }
    }
}

TEST_P(EffectColor, ShowsTheThreshold)
{
    EXPECT_GT(distance(effectColor(0.05, defaultRange, GetParam()), groundColor(GetParam())), 24);
}

INSTANTIATE_TEST_SUITE_P(Grounds, EffectColor, ::testing::Values(Ground::Light, Ground::Dark));

TEST(Hex, WritesTwoDigitsEach)
{
    EXPECT_EQ(hex({0, 10, 255}), "#000aff");
}

} // namespace
} // namespace nextquill::workflow
