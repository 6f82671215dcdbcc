// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/WidgetResources.h"

#include <QDir>

/// Q_INIT_RESOURCE declares a function of the global, named namespace.
static void registerOnce()
{
    static const bool once = [] {
        Q_INIT_RESOURCE(nextquill);
        return true;
    }();
    static_cast<void>(once);
}

namespace nextquill::ui {

void loadWidgetResources()
{
    registerOnce();
}

} // namespace nextquill::ui
