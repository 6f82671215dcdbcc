// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/Histogram.h"
#include "core/workflow/TokenLengths.h"

#include "ui/histories/privacy/BarChart.h"

#include <QList>
#include <QString>

namespace nextquill::ui {

/// Bars of a column with what they are, in words.
[[nodiscard]] QList<BarChart::Bar> barsOf(const store::Histogram& histogram);
[[nodiscard]] QList<BarChart::Bar> barsOf(const workflow::TokenLengths& lengths);

/// What a distribution is about, in one line.
[[nodiscard]] QString summaryOf(const store::Histogram& histogram);
[[nodiscard]] QString summaryOf(const workflow::TokenLengths& lengths);

} // namespace nextquill::ui
