// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ColorScale.h"

#include <QPalette>

#include <algorithm>
#include <cmath>

namespace nextquill::ui {

namespace {

QColor mixed(const QColor& from, const QColor& to, float share)
{
    const auto channel = [share](int a, int b) {
        return static_cast<int>(
            std::lround(static_cast<float>(a) + static_cast<float>(b - a) * share));
    };
    return {channel(from.red(), to.red()), channel(from.green(), to.green()),
            channel(from.blue(), to.blue())};
}

} // namespace

Ground groundOf(const QPalette& palette)
{
    return palette.color(QPalette::Base).lightness() < 128 ? Ground::Dark : Ground::Light;
}

SimpleColorScale::SimpleColorScale(float range, float threshold)
    : m_range{range}
    , m_threshold{threshold}
{
}

QColor SimpleColorScale::color(float value, Ground ground) const
{
    const bool light = ground == Ground::Light;
    const QColor above = light ? QColor{0xf5, 0xa3, 0x5c} : QColor{0xa3, 0x46, 0x0b};
    const QColor below = light ? QColor{0x7f, 0xb2, 0xe5} : QColor{0x2b, 0x62, 0xa8};
    const float share = std::clamp(std::abs(value) / m_range, 0.0F, 1.0F);
    return mixed(this->ground(ground), value > 0 ? above : below, share);
}

QColor SimpleColorScale::ink(Ground ground) const
{
    return ground == Ground::Light ? QColor{0x14, 0x17, 0x1c} : QColor{0xf5, 0xf6, 0xf8};
}

QColor SimpleColorScale::ground(Ground ground) const
{
    return ground == Ground::Light ? QColor{0xff, 0xff, 0xff} : QColor{0x1e, 0x20, 0x24};
}

} // namespace nextquill::ui
