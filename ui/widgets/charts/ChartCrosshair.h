// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"

#include <limits>
#include <memory>
#include <vector>

class QCPItemStraightLine;
class QCPItemText;
class QCustomPlot;
class QFont;

namespace nextquill::ui {

class ChartSeries;

/// A vertical line at one x with the values that all visible series have there.
class ChartCrosshair
{
public:
    explicit ChartCrosshair(QCustomPlot& plot);

    void setLook(Ground ground, const QFont& font);
    /// NaN hides it; otherwise snaps to the nearest point of a visible series.
    void setPosition(double x, const std::vector<std::unique_ptr<ChartSeries>>& series);
    [[nodiscard]] double position() const { return m_x; }

private:
    QCustomPlot& m_plot;
    QCPItemStraightLine* m_line; // both owned by the plot
    QCPItemText* m_values;
    double m_x = std::numeric_limits<double>::quiet_NaN();
};

} // namespace nextquill::ui
