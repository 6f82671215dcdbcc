// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/EffectColorScale.h"

#include "core/workflow/EffectColor.h"

namespace nextquill::ui {

namespace {

workflow::Ground onGround(Ground ground)
{
    return ground == Ground::Light ? workflow::Ground::Light : workflow::Ground::Dark;
}

QColor colorOf(const workflow::Rgb& rgb)
{
    return {rgb.red, rgb.green, rgb.blue};
}

} // namespace

QColor EffectColorScale::color(float value, Ground ground) const
{
    return colorOf(workflow::effectColor(value, m_range, onGround(ground)));
}

QColor EffectColorScale::ink(Ground ground) const
{
    return colorOf(workflow::inkColor(onGround(ground)));
}

QColor EffectColorScale::hatching(const QColor& cell, Ground ground) const
{
    const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
    return colorOf(workflow::hatchColor({byte(cell.red()), byte(cell.green()), byte(cell.blue())},
                                        onGround(ground)));
}

QColor EffectColorScale::ground(Ground ground) const
{
    return colorOf(workflow::groundColor(onGround(ground)));
}

} // namespace nextquill::ui
