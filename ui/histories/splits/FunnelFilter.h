// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/funnel/Funnel.h"

#include <QString>
#include <QStringList>

namespace nextquill::ui {

/// What a table can be filtered by to show what is left behind the first steps of a funnel.
struct FunnelFilter
{
    QString filter;      ///< in the syntax of `data list --where`
    QStringList missing; ///< steps that no filter says: the table then shows more than is left
};

[[nodiscard]] FunnelFilter filterBehind(const store::Funnel& funnel, std::size_t steps);

/// "users with ≥ 8 reviews": what a step does, in few words.
[[nodiscard]] QString stepInWords(const store::FunnelStep& step);

} // namespace nextquill::ui
