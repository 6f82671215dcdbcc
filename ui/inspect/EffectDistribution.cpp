// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/EffectDistribution.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int margin = 8;
constexpr int nameWidth = 130;
constexpr float leastReach = 0.05F; // of the axis, so that nothing looks like something

} // namespace

EffectDistribution::EffectDistribution(QWidget* parent)
    : QWidget{parent}
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void EffectDistribution::setToken(const QString& token, float effect, std::vector<Row> rows)
{
    m_token = token;
    m_effect = effect;
    m_rows = std::move(rows);
    QString spoken = token;
    for (const Row& row : m_rows) {
        spoken += tr("; %1: %2 to %3")
                      .arg(row.name, QString::number(row.range.first, 'f', 3),
                           QString::number(row.range.second, 'f', 3));
    }
    setAccessibleDescription(spoken);
    updateGeometry();
    update();
}

QSize EffectDistribution::sizeHint() const
{
    const int line = fontMetrics().height() + 10;
    return {420, 2 * margin + line * (static_cast<int>(m_rows.size()) + 2)};
}

QSize EffectDistribution::minimumSizeHint() const
{
    return {260, sizeHint().height()};
}

void EffectDistribution::paintEvent(QPaintEvent* /*event*/)
{
    if (m_rows.empty()) {
        return;
    }
    QPainter painter{this};
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = palette().color(QPalette::WindowText);
    const QColor accent = palette().color(QPalette::Highlight);
    float reach = std::max(leastReach, std::abs(m_effect));
    for (const Row& row : m_rows) {
        for (const float effect : row.effects) {
            reach = std::max(reach, std::abs(effect));
        }
    }
    const int line = fontMetrics().height() + 10;
    const int left = margin + nameWidth;
    const int width = std::max(this->width() - left - margin - 8, 40);
    const auto at = [&](float effect) {
        return left + static_cast<double>((effect + reach) / (2 * reach)) * width;
    };
    painter.setPen(ink);
    painter.drawText(
        QRect{margin, margin, this->width() - 2 * margin, line}, Qt::AlignLeft | Qt::AlignVCenter,
        tr("%1: the history\u2019s effect is %2").arg(m_token, QString::number(m_effect, 'f', 3)));
    int top = margin + line;
    for (const Row& row : m_rows) {
        painter.setPen(ink);
        painter.drawText(QRect{margin, top, nameWidth - 8, line}, Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(row.name, Qt::ElideRight, nameWidth - 8));
        const double middle = top + line / 2.0;
        QColor band = ink;
        band.setAlphaF(0.15F);
        painter.fillRect(QRectF{QPointF{at(row.range.first), middle - 5},
                                QPointF{at(row.range.second) + 1, middle + 5}},
                         band);
        painter.setPen(Qt::NoPen);
        QColor dot = ink;
        dot.setAlphaF(0.55F);
        painter.setBrush(dot);
        for (const float effect : row.effects) {
            painter.drawEllipse(QPointF{at(effect), middle}, 2.5, 2.5);
        }
        top += line;
    }
    painter.setPen(QPen{ink, 1, Qt::DotLine});
    painter.drawLine(QPointF{at(0), margin + line + 0.0}, QPointF{at(0), top + 0.0});
    painter.setPen(QPen{accent, 2});
    painter.drawLine(QPointF{at(m_effect), margin + line + 0.0}, QPointF{at(m_effect), top + 0.0});
    painter.setPen(ink);
    const QRect axis{left, top, width, line};
    painter.drawText(axis, Qt::AlignLeft | Qt::AlignVCenter, QString::number(-reach, 'f', 2));
    painter.drawText(axis, Qt::AlignHCenter | Qt::AlignVCenter, QStringLiteral("0"));
    painter.drawText(axis, Qt::AlignRight | Qt::AlignVCenter, QString::number(reach, 'f', 2));
}

} // namespace nextquill::ui
