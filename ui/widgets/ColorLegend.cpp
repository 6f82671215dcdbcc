// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ColorLegend.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int barWidth = 220;
constexpr int barHeight = 12;
constexpr int gap = 8;
constexpr int columns = 110; // cells of the bar

} // namespace

ColorLegend::ColorLegend(QWidget* parent)
    : QWidget{parent}
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ColorLegend::setColorScale(std::shared_ptr<const ColorScale> scale)
{
    m_scale = std::move(scale);
    update();
}

void ColorLegend::setWords(const QString& below, const QString& above)
{
    m_below = below;
    m_above = above;
    setAccessibleName(tr("Legend: blue is %1, orange is %2").arg(below, above));
    updateGeometry();
    update();
}

void ColorLegend::setTicks(QList<float> ticks)
{
    m_ticks = std::move(ticks);
    update();
}

void ColorLegend::paint(QPainter& painter, const QRectF& rect, Ground ground) const
{
    if (m_scale == nullptr) {
        return;
    }
    const QFontMetricsF metrics{painter.font()};
    const QColor ink = m_scale->ink(ground);
    const double below = m_below.isEmpty() ? 0 : metrics.horizontalAdvance(m_below) + gap;
    const double above = m_above.isEmpty() ? 0 : metrics.horizontalAdvance(m_above) + gap;
    const double width = std::clamp(rect.width() - below - above, 80.0, 1.0 * barWidth);
    const QRectF bar{rect.left() + below,
                     rect.top() + std::max(2.0, (metrics.height() - barHeight) / 2), width,
                     barHeight};
    painter.setPen(ink);
    painter.drawText(QRectF{rect.left(), bar.top() - 4, below - gap, bar.height() + 8},
                     Qt::AlignVCenter | Qt::AlignRight | Qt::TextDontClip, m_below);
    painter.drawText(QRectF{bar.right() + gap, bar.top() - 4, above, bar.height() + 8},
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip, m_above);

    const float range = m_scale->range();
    for (int column = 0; column < columns; ++column) {
        const float share = (static_cast<float>(column) + 0.5F) / columns * 2 - 1;
        const double left = std::round(bar.left() + width * column / columns);
        const double right = std::round(bar.left() + width * (column + 1) / columns);
        painter.fillRect(QRectF{left, bar.top(), right - left, bar.height()},
                         m_scale->color(share * range, ground));
    }
    paintTicks(painter, bar, rect, ink);
}

void ColorLegend::paintTicks(QPainter& painter, const QRectF& bar, const QRectF& rect,
                             const QColor& ink) const
{
    const QFontMetricsF metrics{painter.font()};
    const float range = m_scale->range();
    const float threshold = m_scale->threshold();
    const auto x = [&](float value) {
        return bar.left() + bar.width() * (static_cast<double>(value / range) + 1) / 2;
    };
    QList<float> labels{-range, range};
    if (std::abs(threshold) <= range) { // infinite for measures that have none
        painter.fillRect(QRectF{std::round(x(threshold)) - 1, bar.top() - 2, 2, bar.height() + 4},
                         ink);
        labels << threshold;
    }
    for (const float tick : m_ticks) {
        if (std::abs(tick) < range) {
            painter.fillRect(QRectF{std::round(x(tick)), bar.bottom() - 4, 1, 6}, ink);
            labels << tick;
        }
    }
    labels << 0.0F;
    QList<QRectF> taken; // the ends first, then the threshold: a label never lies on another
    for (const float value : std::as_const(labels)) {
        const QString text = (value > 0 ? QStringLiteral("+") : QString{}) +
                             locale().toString(static_cast<double>(value), 'g', 2);
        const double half = metrics.horizontalAdvance(text) / 2;
        const double center = std::clamp(x(value), rect.left() + half, rect.right() - half);
        const QRectF place{center - half, bar.bottom() + 2, 2 * half, metrics.height()};
        const QRectF around = place.adjusted(-3, 0, 3, 0);
        if (std::none_of(taken.begin(), taken.end(),
                         [&around](const QRectF& other) { return other.intersects(around); })) {
            taken << place;
            painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, text);
        }
    }
}

QSize ColorLegend::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {metrics.horizontalAdvance(m_below) + metrics.horizontalAdvance(m_above) + 2 * gap +
                barWidth + 4,
            2 * metrics.height() + 6};
}

QSize ColorLegend::minimumSizeHint() const
{
    return {sizeHint().width() - barWidth + 90, sizeHint().height()};
}

void ColorLegend::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter{this};
    paint(painter, rect(), groundOf(palette()));
}

} // namespace nextquill::ui
