// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace nextquill::workflow {

struct Rgb
{
    std::uint8_t red = 255;
    std::uint8_t green = 255;
    std::uint8_t blue = 255;

    friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// Ground on which heatmaps are drawn, and the ink on every cell of it.
enum class Ground { Light, Dark };

/// Effects beyond this are drawn as this and marked: the default symmetric range.
inline constexpr double defaultRange = 0.5;

/// Background of a token with effect `value` on a scale of [-range, range].
///
/// Orange: more likely because of the history; blue: less likely. The pair keeps its difference
/// under all three colour blindnesses and its text a contrast of at least 4.5:1 on every cell
/// (measured in UX terms by EffectColorTest). Steps follow the square root, so that 0.05 is
/// visible.
[[nodiscard]] Rgb effectColor(double value, double range, Ground ground);

/// The same without hue, for a print in black and white: the size of an effect alone. Its sign must
/// be shown by other means.
[[nodiscard]] Rgb effectGrey(double value, double range, Ground ground);

/// Lines across a cell of this colour: of a grey and the ground, what stands out more. Text keeps a
/// contrast of at least 4.5:1 on them, too.
[[nodiscard]] Rgb hatchColor(const Rgb& cell, Ground ground);

/// The ground itself (effect 0), and the text's colour on it.
[[nodiscard]] Rgb groundColor(Ground ground);
[[nodiscard]] Rgb inkColor(Ground ground);
/// Of captions and legends.
[[nodiscard]] Rgb softInk(Ground ground);

/// From 1 to 21, by relative luminance as WCAG 2.2 defines them.
[[nodiscard]] double contrast(const Rgb& a, const Rgb& b);

/// "#f5a35c"
[[nodiscard]] std::string hex(const Rgb& color);

} // namespace nextquill::workflow
