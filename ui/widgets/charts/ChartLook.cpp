// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/charts/ChartLook.h"

#include "ui/widgets/Theme.h"

#include <qcustomplot.h>

#include <array>

namespace nextquill::ui {

void applyChartLook(QCustomPlot& plot, Ground ground, const QFont& font)
{
    const ThemeColors& colors = themeColors(ground);
    const QPalette palette = themePalette(ground);
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.9);
    plot.setBackground(palette.color(QPalette::Base));
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(QPen{colors.line, 1});
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(colors.muted);
        axis->setLabelColor(colors.muted);
        axis->setTickLabelFont(small);
        axis->setLabelFont(small);
        axis->setTickLabelPadding(6);
        axis->setLabelPadding(6);
        axis->grid()->setPen(QPen{colors.line, 1, Qt::SolidLine});
        axis->grid()->setZeroLinePen(QPen{colors.line, 1});
        axis->grid()->setSubGridVisible(false);
    }
    plot.xAxis->grid()->setPen(Qt::NoPen);
    QColor behind = palette.color(QPalette::Base);
    behind.setAlpha(215);
    plot.legend->setBrush(behind);
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setTextColor(palette.color(QPalette::Text));
    plot.legend->setFont(small);
    plot.legend->setIconSize(24, 12);
    plot.legend->setRowSpacing(2);
    QColor wash = colors.accent;
    wash.setAlpha(40);
    if (plot.selectionRect() != nullptr) {
        plot.selectionRect()->setPen(QPen{colors.accent, 1});
        plot.selectionRect()->setBrush(wash);
    }
}

QColor seriesColor(int index, Ground ground)
{
    const QList<QColor>& series = themeColors(ground).series;
    return series[index % series.size()];
}

Qt::PenStyle seriesDashes(int index)
{
    constexpr std::array dashes{Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine};
    return dashes[static_cast<std::size_t>(index) % dashes.size()];
}

} // namespace nextquill::ui
