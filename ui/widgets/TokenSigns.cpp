// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenSigns.h"

#include <QLineF>
#include <QList>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace nextquill::ui {

namespace {

constexpr double hatchStep = 8;   // between the lines x + y = n * step
constexpr double diamondHalf = 3; // from the middle to a corner

} // namespace

void drawHatching(QPainter& painter, const QRectF& rect, const QColor& color)
{
    QList<QLineF> lines;
    const double first = std::ceil((rect.left() + rect.top()) / hatchStep) * hatchStep;
    for (double sum = first; sum < rect.right() + rect.bottom(); sum += hatchStep) {
        const double from = std::max(rect.left(), sum - rect.bottom() + 1);
        const double to = std::min(rect.right() - 1, sum - rect.top());
        if (to >= from) {
            lines.append(QLineF{from, sum - from, to, sum - to});
        }
    }
    painter.setPen(QPen{color, 1});
    painter.drawLines(lines);
}

void drawDiamond(QPainter& painter, QPointF top, const QColor& color)
{
    const std::array corners{top, top + QPointF{diamondHalf, diamondHalf},
                             top + QPointF{0, 2 * diamondHalf},
                             top + QPointF{-diamondHalf, diamondHalf}};
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(corners.data(), static_cast<int>(corners.size()));
    painter.setBrush(Qt::NoBrush);
}

} // namespace nextquill::ui
