// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"

#include <algorithm>
#include <cmath>

namespace nextquill::ui::testing {

/// Red for what is above zero, blue for what is below, stronger to ±0.5; the threshold is 0.05.
class PlainColorScale final : public ColorScale
{
public:
    [[nodiscard]] QColor color(float value, Ground ground) const override
    {
        const int strength =
            static_cast<int>(std::min(std::abs(value) / range(), 1.0F) * 100.0F) + 27;
        const QColor hue = value > 0 ? QColor{strength, 0, 0} : QColor{0, 0, strength};
        return ground == Ground::Light
                   ? QColor{255 - hue.blue(), 255 - hue.red() - hue.blue(), 255 - hue.red()}
                   : hue;
    }
    [[nodiscard]] QColor ink(Ground ground) const override
    {
        return ground == Ground::Light ? Qt::black : Qt::white;
    }
    [[nodiscard]] QColor ground(Ground ground) const override
    {
        return ground == Ground::Light ? Qt::white : Qt::black;
    }
    [[nodiscard]] float range() const override { return 0.5F; }
    [[nodiscard]] float threshold() const override { return 0.05F; }
};

} // namespace nextquill::ui::testing
