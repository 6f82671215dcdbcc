// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/prompt/OriginScale.h"

#include "ui/widgets/Theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace nextquill::ui {

namespace {

constexpr std::size_t originCount = 5;
constexpr float secondShade = 0.5F;

struct Shades
{
    QRgb first;
    QRgb second;
};

/// By origin. Black text has a contrast of 12 and more on the light ones, white of 8 on the dark.
constexpr std::array<Shades, originCount> lightShades{{{0xffdfe3e8, 0xffcdd4dc},
                                                       {0xfff3f3f1, 0xffe6e6e2},
                                                       {0xffd8e8fb, 0xffc2daf7},
                                                       {0xfffde6cb, 0xfffad6ab},
                                                       {0xffe6dcfa, 0xffd6c6f5}}};
constexpr std::array<Shades, originCount> darkShades{{{0xff3a4149, 0xff485059},
                                                      {0xff2a2d31, 0xff36393f},
                                                      {0xff1d3857, 0xff27486d},
                                                      {0xff553410, 0xff68421a},
                                                      {0xff412f66, 0xff503c7a}}};

const Shades& shadesOf(std::size_t origin, Ground ground)
{
    const auto& shades = ground == Ground::Light ? lightShades : darkShades;
    return shades[std::min(origin, originCount - 1)];
}

} // namespace

float OriginScale::valueOf(text::Origin origin, std::size_t token)
{
    return static_cast<float>(origin) + (token % 2 == 1 ? secondShade : 0);
}

QColor OriginScale::colorOf(text::Origin origin, Ground ground)
{
    return QColor::fromRgb(shadesOf(static_cast<std::size_t>(origin), ground).second);
}

QColor OriginScale::color(float value, Ground ground) const
{
    const float whole = std::floor(std::max(value, 0.0F));
    const Shades& shades = shadesOf(static_cast<std::size_t>(whole), ground);
    return QColor::fromRgb(value - whole >= secondShade / 2 ? shades.second : shades.first);
}

QColor OriginScale::ink(Ground ground) const
{
    return themePalette(ground).color(QPalette::Text);
}

QColor OriginScale::ground(Ground ground) const
{
    return themePalette(ground).color(QPalette::Base);
}

bool OriginScale::isBeyondThreshold(float /*value*/) const
{
    return false;
}

QString originName(text::Origin origin)
{
    const auto say = [](const char* words) {
        return QCoreApplication::translate("nextquill::ui::OriginScale", words);
    };
    switch (origin) {
    case text::Origin::Markup:
        return say(QT_TRANSLATE_NOOP("nextquill::ui::OriginScale", "chat markup"));
    case text::Origin::Instruction:
        return say(QT_TRANSLATE_NOOP("nextquill::ui::OriginScale", "instruction"));
    case text::Origin::Item:
        return say(QT_TRANSLATE_NOOP("nextquill::ui::OriginScale", "item"));
    case text::Origin::Review:
        return say(QT_TRANSLATE_NOOP("nextquill::ui::OriginScale", "past reviews"));
    case text::Origin::Request:
        break;
    }
    return say(QT_TRANSLATE_NOOP("nextquill::ui::OriginScale", "what is asked for"));
}

} // namespace nextquill::ui
