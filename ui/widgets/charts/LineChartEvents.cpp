// SPDX-License-Identifier: GPL-3.0-or-later
// Keys, focus and palette of a LineChart.
#include "ui/widgets/Theme.h"
#include "ui/widgets/charts/LineChart.h"
#include "ui/widgets/charts/LineChartPrivate.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <functional>

namespace nextquill::ui {

namespace {

constexpr double keyZoom = 1.5;

} // namespace

/// Goes by the points of the first visible series that has any.
void LineChart::Private::moveCrosshair(int points)
{
    for (const auto& line : series) {
        if (!line->isVisible() || line->isEmpty()) {
            continue;
        }
        const int size = line->raw().data()->size();
        const double held = crosshair->position();
        const int from = std::isnan(held) ? (points > 0 ? -1 : size) : line->nearest(held);
        setCrosshair(line->raw().data()->at(std::clamp(from + points, 0, size - 1))->key);
        return;
    }
}

void LineChart::Private::moveCrosshairToEnd(bool last)
{
    QCPRange range;
    if (wholeX(range)) {
        setCrosshair(last ? range.upper : range.lower);
    }
}

bool LineChart::Private::handleKey(const QKeyEvent& key, bool perform)
{
    const Qt::KeyboardModifiers held = key.modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
    std::function<void()> act;
    if (held == Qt::ControlModifier) {
        if (key.key() == Qt::Key_C) {
            act = [this] { QApplication::clipboard()->setText(q.pointsAsText()); };
        }
    } else if (held == Qt::NoModifier) {
        switch (key.key()) {
        case Qt::Key_L:
            act = [this] { q.setLogarithmic(!logarithmic); };
            break;
        case Qt::Key_0:
            act = [this] { q.showWholeRange(); };
            break;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            act = [this] { q.zoom(keyZoom); };
            break;
        case Qt::Key_Minus:
            act = [this] { q.zoom(1 / keyZoom); };
            break;
        case Qt::Key_Left:
            act = [this] { moveCrosshair(-1); };
            break;
        case Qt::Key_Right:
            act = [this] { moveCrosshair(1); };
            break;
        case Qt::Key_Home:
            act = [this] { moveCrosshairToEnd(false); };
            break;
        case Qt::Key_End:
            act = [this] { moveCrosshairToEnd(true); };
            break;
        default:
            break;
        }
    }
    if (act && perform) {
        act();
    }
    return static_cast<bool>(act);
}

bool LineChart::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        d->handleKey(*static_cast<QKeyEvent*>(event), false)) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void LineChart::keyPressEvent(QKeyEvent* event)
{
    if (!d->handleKey(*event, true)) {
        QWidget::keyPressEvent(event);
    }
}

void LineChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        d->renewLook(groundOf(palette()));
        d->drawSoon();
    }
}

void LineChart::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    d->empty->setGeometry(rect().adjusted(32, 16, -32, -16));
    d->empty->raise();
}

void LineChart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void LineChart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void LineChart::paintEvent(QPaintEvent* /*event*/)
{
    if (hasFocus()) {
        QPainter painter{this};
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen{themeColors(palette()).accent, 2});
        painter.drawRoundedRect(QRectF{rect()}.adjusted(1, 1, -1, -1), 4, 4);
    }
}

} // namespace nextquill::ui
