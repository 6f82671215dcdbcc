// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"

#include <QColor>

class QCustomPlot;
class QFont;

namespace nextquill::ui {

/// Axes, grid, legend and ground in the colors of the theme.
void applyChartLook(QCustomPlot& plot, Ground ground, const QFont& font);

/// Color and dashes of the series with this index.
[[nodiscard]] QColor seriesColor(int index, Ground ground);
[[nodiscard]] Qt::PenStyle seriesDashes(int index);

} // namespace nextquill::ui
