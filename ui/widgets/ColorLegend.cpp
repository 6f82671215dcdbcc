// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ColorLegend.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

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
    const auto x = [&](float value) {
        return bar.left() + width * (static_cast<double>(value / range) + 1) / 2;
    };
    const float threshold = m_scale->threshold();
    painter.fillRect(QRectF{std::round(x(threshold)) - 1, bar.top() - 2, 2, bar.height() + 4}, ink);
    const QLocale locale = this->locale();
    for (const float value : {-range, 0.0F, threshold, range}) {
        if (value == 0.0F &&
            x(threshold) - x(0) < metrics.horizontalAdvance(QLatin1Char('0')) * 4) {
            continue; // no room beside the threshold
        }
        const QString text = (value > 0 ? QStringLiteral("+") : QString{}) +
                             locale.toString(static_cast<double>(value), 'g', 2);
        const double half = metrics.horizontalAdvance(text) / 2;
        const double center = std::clamp(x(value), rect.left() + half, rect.right() - half);
        painter.drawText(QRectF{center - half, bar.bottom() + 2, 2 * half, metrics.height()},
                         Qt::AlignCenter | Qt::TextDontClip, text);
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
