// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/charts/ChartCrosshair.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/charts/ChartSeries.h"

#include <QLocale>
#include <QStringList>
#include <qcustomplot.h>

#include <cmath>

namespace nextquill::ui {

namespace {

QString numberText(double value)
{
    return std::isfinite(value) ? QLocale{}.toString(value, 'g', 5) : QStringLiteral("–");
}

} // namespace

ChartCrosshair::ChartCrosshair(QCustomPlot& plot)
    : m_plot{plot}
    , m_line{new QCPItemStraightLine{&plot}}
    , m_values{new QCPItemText{&plot}}
{
    m_line->point1->setTypeX(QCPItemPosition::ptPlotCoords);
    m_line->point2->setTypeX(QCPItemPosition::ptPlotCoords);
    m_line->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_line->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_values->position->setTypeX(QCPItemPosition::ptPlotCoords);
    m_values->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_values->setPadding(QMargins{8, 5, 8, 5});
    m_values->setTextAlignment(Qt::AlignLeft);
    for (QCPAbstractItem* item :
         {static_cast<QCPAbstractItem*>(m_line), static_cast<QCPAbstractItem*>(m_values)}) {
        item->setLayer(QStringLiteral("overlay")); // above the lines, with a buffer of its own
        item->setSelectable(false);
        item->setVisible(false);
    }
}

void ChartCrosshair::setLook(Ground ground, const QFont& font)
{
    const ThemeColors& colors = themeColors(ground);
    const QPalette palette = themePalette(ground);
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.9);
    QColor behind = colors.surface;
    behind.setAlpha(235);
    m_line->setPen(QPen{colors.muted, 1, Qt::DashLine});
    m_values->setFont(small);
    m_values->setColor(palette.color(QPalette::Text));
    m_values->setBrush(behind);
    m_values->setPen(QPen{colors.line, 1});
}

void ChartCrosshair::setPosition(double x, const std::vector<std::unique_ptr<ChartSeries>>& series)
{
    double snapped = std::numeric_limits<double>::quiet_NaN();
    for (const auto& line : series) {
        const int point = line->isVisible() ? line->nearest(x) : -1;
        if (point < 0) {
            continue;
        }
        const double key = line->raw().data()->at(point)->key;
        if (std::isnan(snapped) || std::abs(key - x) < std::abs(snapped - x)) {
            snapped = key;
        }
    }
    m_x = std::isnan(x) ? x : snapped;
    const bool shown = !std::isnan(m_x) && m_plot.xAxis->range().contains(m_x);
    m_line->setVisible(shown);
    m_values->setVisible(shown);
    if (!shown) {
        return;
    }
    QStringList lines{m_plot.xAxis->label() + QLatin1Char(' ') + numberText(m_x)};
    for (const auto& line : series) {
        const int point = line->isVisible() ? line->nearest(m_x) : -1;
        if (point >= 0 && line->raw().data()->at(point)->key == m_x) {
            lines << line->name() + QStringLiteral("  ") +
                         numberText(line->shown().data()->at(point)->value);
        }
    }
    m_line->point1->setCoords(m_x, 0);
    m_line->point2->setCoords(m_x, 1);
    const bool rightHalf = m_x > m_plot.xAxis->range().center();
    m_values->setPositionAlignment(Qt::AlignBottom | (rightHalf ? Qt::AlignRight : Qt::AlignLeft));
    m_values->position->setCoords(m_x, 0.98);
    m_values->setText(lines.join(QLatin1Char('\n')));
}

} // namespace nextquill::ui
