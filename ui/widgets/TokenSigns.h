// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>

class QColor;
class QPainter;

namespace nextquill::ui {

/// Thin lines across a rectangle. They lie on a grid of the painter's coordinates: those of
/// rectangles that touch meet.
void drawHatching(QPainter& painter, const QRectF& rect, const QColor& color);

/// A small filled diamond below `top`.
void drawDiamond(QPainter& painter, QPointF top, const QColor& color);

} // namespace nextquill::ui
