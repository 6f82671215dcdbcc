// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ColorScale.h"

#include <QPalette>

namespace nextquill::ui {

Ground groundOf(const QPalette& palette)
{
    return palette.color(QPalette::Base).lightness() < 128 ? Ground::Dark : Ground::Light;
}

} // namespace nextquill::ui
