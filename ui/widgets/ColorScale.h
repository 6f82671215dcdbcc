// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

class QPalette;

namespace nextquill::ui {

/// What colors are painted on; decides which of two sets of colors is taken.
enum class Ground { Light, Dark };

/// Light or dark, from the lightness of the palette's base.
[[nodiscard]] Ground groundOf(const QPalette& palette);

/// How the numbers of tokens become colors. Immutable: another threshold is another scale.
class ColorScale
{
public:
    virtual ~ColorScale() = default;

    /// The background of a token; not asked for NaN.
    [[nodiscard]] virtual QColor color(float value, Ground ground) const = 0;
    [[nodiscard]] virtual QColor ink(Ground ground) const = 0;    ///< text, on every color() alike
    [[nodiscard]] virtual QColor ground(Ground ground) const = 0; ///< color of 0, behind the text

    /// Lines across a cell of this color; text stands on them as well as on color().
    [[nodiscard]] virtual QColor hatching(const QColor& cell, Ground ground) const;

    [[nodiscard]] virtual float range() const = 0;     ///< colors end at ±range
    [[nodiscard]] virtual float threshold() const = 0; ///< tokens beyond it are underlined

    /// What is underlined and what N and P jump to; NaN never is.
    [[nodiscard]] virtual bool isBeyondThreshold(float value) const { return value > threshold(); }

protected:
    ColorScale() = default;
    ColorScale(const ColorScale&) = default;
    ColorScale& operator=(const ColorScale&) = default;
};

/// Beyond the end of the colors, where it looks like the end itself; NaN never is.
[[nodiscard]] bool isClipped(const ColorScale& scale, float value);

} // namespace nextquill::ui
