// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectColor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace nextquill::workflow {
namespace {

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

TEST_P(EffectColor, HatchingIsSeenAndLetsTextBeRead)
{
    for (int step = -1000; step <= 1000; ++step) {
        for (const auto& colored : {effectColor, effectGrey}) {
            const Rgb cell = colored(step / 1000.0, defaultRange, GetParam());
            const Rgb lines = hatchColor(cell, GetParam());
            EXPECT_GE(contrast(lines, inkColor(GetParam())), 4.5) << step;
            EXPECT_GE(contrast(lines, cell), 1.8) << step;
        }
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

using Matrix = std::array<std::array<double, 3>, 3>;

/// Full protanopia, deuteranopia and tritanopia in linear RGB: Machado, Oliveira, Fernandes 2009,
/// severity 1.
constexpr std::array<Matrix, 3> simulations{{
    {{{0.152286, 1.052583, -0.204868},
      {0.114503, 0.786281, 0.099216},
      {-0.003882, -0.048116, 1.051998}}},
    {{{0.367322, 0.860646, -0.227968},
      {0.280085, 0.672501, 0.047413},
      {-0.011820, 0.042940, 0.968881}}},
    {{{1.255528, -0.076749, -0.178779},
      {-0.078411, 0.930809, 0.147602},
      {0.004733, 0.691367, 0.303900}}},
}};
constexpr Matrix asSeen{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

using Vector = std::array<double, 3>;

Vector product(const Matrix& matrix, const Vector& vector)
{
    Vector result{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column) {
            result[row] += matrix[row][column] * vector[column];
        }
    }
    return result;
}

/// CIE L*a*b*, white D65, of a color as someone sees it.
Vector lab(const Rgb& color, const Matrix& eye)
{
    const auto linear = [](std::uint8_t value) {
        const double c = value / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    Vector seen = product(eye, {linear(color.red), linear(color.green), linear(color.blue)});
    std::ranges::transform(seen, seen.begin(), [](double c) { return std::clamp(c, 0.0, 1.0); });
    constexpr Matrix toXyz{{{0.4124564, 0.3575761, 0.1804375},
                            {0.2126729, 0.7151522, 0.0721750},
                            {0.0193339, 0.1191920, 0.9503041}}};
    const Vector xyz = product(toXyz, seen);
    const auto f = [](double t) {
        return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    };
    const double x = f(xyz[0] / 0.95047);
    const double y = f(xyz[1]);
    const double z = f(xyz[2] / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// CIE 1976 colour difference.
double difference(const Rgb& a, const Rgb& b, const Matrix& eye)
{
    const Vector one = lab(a, eye);
    const Vector other = lab(b, eye);
    return std::hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

TEST_P(EffectColor, KeepsItsDifferenceForEveryEye)
{
    const Rgb more = effectColor(1, defaultRange, GetParam());
    const Rgb less = effectColor(-1, defaultRange, GetParam());
    EXPECT_GE(difference(more, less, asSeen), 60);
    for (std::size_t i = 0; i < simulations.size(); ++i) {
        EXPECT_GE(difference(more, less, simulations[i]), 60) << "simulation " << i;
    }
}

TEST(Contrast, IsAsWcagDefinesIt)
{
    EXPECT_DOUBLE_EQ(contrast({0, 0, 0}, {255, 255, 255}), 21);
    EXPECT_DOUBLE_EQ(contrast({9, 9, 9}, {9, 9, 9}), 1);
    EXPECT_NEAR(contrast({0x77, 0x77, 0x77}, {255, 255, 255}), 4.48, 0.005); // just below 4.5
    EXPECT_NEAR(contrast({255, 0, 0}, {255, 255, 255}), 4.00, 0.005);
}

TEST(ColorDifference, IsThatOfKnownColors)
{
    EXPECT_NEAR(difference({255, 255, 255}, {0, 0, 0}, asSeen), 100, 0.1);
    EXPECT_NEAR(difference({255, 0, 0}, {0, 255, 0}, asSeen), 170.6, 0.5);
    EXPECT_LT(difference({255, 0, 0}, {0, 255, 0}, simulations[1]), 75) << "red and green are near";
}

TEST_P(EffectColor, GreyHasNoHueAndLetsTextBeRead)
{
    for (int step = -100; step <= 100; ++step) {
        const Rgb grey = effectGrey(step / 100.0, defaultRange, GetParam());
        EXPECT_GE(contrast(grey, inkColor(GetParam())), 4.5) << step;
        EXPECT_EQ(grey, effectGrey(-step / 100.0, defaultRange, GetParam()));
        EXPECT_LE(std::max({grey.red, grey.green, grey.blue}) -
                      std::min({grey.red, grey.green, grey.blue}),
                  6)
            << "the dark ground has a breath of blue";
    }
    EXPECT_GE(contrast(softInk(GetParam()), groundColor(GetParam())), 4.5);
}

TEST(Hex, WritesTwoDigitsEach)
{
    EXPECT_EQ(hex({0, 10, 255}), "#000aff");
}

} // namespace
} // namespace nextquill::workflow
