// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectColor.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

std::uint8_t blend(std::uint8_t from, std::uint8_t to, double share)
{
    return static_cast<std::uint8_t>(std::lround(from + share * (to - from)));
}

Rgb blend(const Rgb& from, const Rgb& to, double share)
{
    return {blend(from.red, to.red, share), blend(from.green, to.green, share),
            blend(from.blue, to.blue, share)};
}

/// How far a color is from the ground, in [0, 1].
double shareOf(double value, double range)
{
    return std::sqrt(std::min(std::abs(value) / range, 1.0));
}

/// Relative luminance as WCAG 2.2 defines it.
double luminance(const Rgb& color)
{
    const auto linear = [](std::uint8_t value) {
        const double c = value / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

} // namespace

double contrast(const Rgb& a, const Rgb& b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

Rgb groundColor(Ground ground)
{
    return ground == Ground::Light ? Rgb{255, 255, 255} : Rgb{30, 32, 36};
}

Rgb inkColor(Ground ground)
{
    return ground == Ground::Light ? Rgb{0, 0, 0} : Rgb{255, 255, 255};
}

Rgb softInk(Ground ground)
{
    return ground == Ground::Light ? Rgb{0x44, 0x44, 0x44} : Rgb{0xbb, 0xbb, 0xbb};
}

Rgb effectColor(double value, double range, Ground ground)
{
    if (!std::isfinite(value) || !(range > 0)) {
        return groundColor(ground);
    }
    constexpr Rgb lightMore{0xf5, 0xa3, 0x5c};
    constexpr Rgb lightLess{0x7f, 0xb2, 0xe5};
    constexpr Rgb darkMore{0xa3, 0x46, 0x0b};
    constexpr Rgb darkLess{0x2b, 0x62, 0xa8};
    const bool light = ground == Ground::Light;
    const Rgb& end = value > 0 ? (light ? lightMore : darkMore) : (light ? lightLess : darkLess);
    return blend(groundColor(ground), end, shareOf(value, range));
}

Rgb effectGrey(double value, double range, Ground ground)
{
    if (!std::isfinite(value) || !(range > 0)) {
        return groundColor(ground);
    }
    constexpr Rgb lightEnd{0xa8, 0xa8, 0xa8};
    constexpr Rgb darkEnd{0x68, 0x68, 0x68};
    return blend(groundColor(ground), ground == Ground::Light ? lightEnd : darkEnd,
                 shareOf(value, range));
}

Rgb hatchColor(const Rgb& cell, Ground ground)
{
    constexpr Rgb grey{0x76, 0x76, 0x76}; // 4.5:1 to black and to white
    const Rgb bare = groundColor(ground);
    return contrast(grey, cell) >= contrast(bare, cell) ? grey : bare;
}

std::string hex(const Rgb& color)
{
    return fmt::format("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue);
}

} // namespace nextquill::workflow
