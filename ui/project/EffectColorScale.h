// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"

namespace nextquill::ui {

/// The heatmap's colors, from the core: figures in files and on the screen have the same.
class EffectColorScale final : public ColorScale
{
public:
    EffectColorScale(float range, float threshold)
        : m_range{range}
        , m_threshold{threshold}
    {
    }

    [[nodiscard]] QColor color(float value, Ground ground) const override;
    [[nodiscard]] QColor ink(Ground ground) const override;
    [[nodiscard]] QColor ground(Ground ground) const override;
    [[nodiscard]] QColor hatching(const QColor& cell, Ground ground) const override;
    [[nodiscard]] float range() const override { return m_range; }
    [[nodiscard]] float threshold() const override { return m_threshold; }

private:
    float m_range;
    float m_threshold;
};

} // namespace nextquill::ui
