// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/charts/ChartSeries.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::ui {

ChartSeries::ChartSeries(QCustomPlot& plot, QString name)
    : m_name{std::move(name)}
    , m_raw{plot.addGraph()}
    , m_smooth{plot.addGraph()}
{
    m_raw->setAdaptiveSampling(true); // keeps the extremes of every pixel: a spike stays
    m_smooth->setAdaptiveSampling(true);
    m_smooth->removeFromLegend();
    m_smooth->setVisible(false);
    m_raw->setName(m_name);
    m_smooth->setName(m_name);
    for (QCPGraph* graph : {m_raw, m_smooth}) {
        graph->setSelectable(QCP::stNone);
    }
}

void ChartSeries::setData(const QList<double>& x, const QList<double>& y)
{
    const qsizetype count = std::min(x.size(), y.size());
    m_raw->setData(x.first(count), y.first(count));
    setSmoothing(m_weight);
}

void ChartSeries::append(double x, double y)
{
    m_raw->addData(x, y);
    if (m_weight > 0) {
        m_smooth->addData(x, smoothed(y));
    }
    renewPens();
}

void ChartSeries::setSmoothing(double weight)
{
    m_weight = std::clamp(weight, 0.0, 0.999);
    (m_weight > 0 ? m_raw : m_smooth)->removeFromLegend();
    (m_weight > 0 ? m_smooth : m_raw)->addToLegend();
    m_mean = 0;
    m_correction = 1;
    QVector<QCPGraphData> points;
    if (m_weight > 0) {
        points.reserve(m_raw->data()->size());
        for (const QCPGraphData& point : *m_raw->data()) {
            points.push_back(QCPGraphData{point.key, smoothed(point.value)});
        }
    }
    m_smooth->data()->set(points, true);
    renewPens();
}

/// The mean of what came so far, corrected for its start at zero; a gap stays a gap.
double ChartSeries::smoothed(double y)
{
    if (!std::isfinite(y)) {
        return y;
    }
    m_mean = m_weight * m_mean + (1 - m_weight) * y;
    m_correction *= m_weight;
    return m_mean / (1 - m_correction);
}

void ChartSeries::setVisible(bool visible)
{
    m_visible = visible;
    renewPens();
}

void ChartSeries::setColor(const QColor& color, Qt::PenStyle dashes)
{
    m_color = color;
    m_dashes = dashes;
    renewPens();
}

void ChartSeries::renewPens()
{
    const bool smooth = m_weight > 0;
    QColor faint = m_color;
    faint.setAlpha(70);
    // A wide pen is far slower than one of a pixel: only few points get it.
    constexpr int manyPoints = 20'000;
    const double wide = m_raw->data()->size() > manyPoints ? 1.0 : 1.8;
    m_raw->setPen(smooth ? QPen{faint, 1.0} : QPen{m_color, wide, m_dashes});
    m_smooth->setPen(QPen{m_color, wide, m_dashes});
    m_raw->setVisible(m_visible);
    m_smooth->setVisible(m_visible && smooth);
    const bool single = m_raw->data()->size() == 1;
    const auto shape = single ? QCPScatterStyle::ssDisc : QCPScatterStyle::ssNone;
    m_raw->setScatterStyle(QCPScatterStyle{shape, 6}); // one point makes no line
}

bool ChartSeries::rangeOfX(QCPRange& range) const
{
    bool found = false;
    range = m_raw->data()->keyRange(found);
    return found;
}

bool ChartSeries::rangeOfY(const QCPRange& x, bool positive, QCPRange& range) const
{
    bool found = false;
    range = m_raw->data()->valueRange(found, positive ? QCP::sdPositive : QCP::sdBoth, x);
    return found;
}

int ChartSeries::nearest(double x) const
{
    const auto points = m_raw->data();
    if (points->isEmpty()) {
        return -1;
    }
    auto after = points->findBegin(x, false);
    if (after == points->constEnd()) {
        --after;
    }
    if (after != points->constBegin()) {
        const auto before = after - 1;
        if (std::abs(before->key - x) < std::abs(after->key - x)) {
            after = before;
        }
    }
    return static_cast<int>(after - points->constBegin());
}

} // namespace nextquill::ui
