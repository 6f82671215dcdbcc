// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ColorScale.h"

#include <QPalette>

#include <cmath>

namespace nextquill::ui {

Ground groundOf(const QPalette& palette)
{
    return palette.color(QPalette::Base).lightness() < 128 ? Ground::Dark : Ground::Light;
}

QColor ColorScale::hatching(const QColor& /*cell*/, Ground /*ground*/) const
{
    return {0x76, 0x76, 0x76}; // 4.5:1 to black and to white ink
}

bool isClipped(const ColorScale& scale, float value)
{
    constexpr float rounding = 1e-6F; // the end itself is not beyond it
    return std::abs(value) > scale.range() * (1 + rounding);
}

} // namespace nextquill::ui
