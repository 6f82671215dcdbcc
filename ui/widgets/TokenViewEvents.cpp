// SPDX-License-Identifier: GPL-3.0-or-later
// What a TokenView does with keys, mouse and paint events.
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenPainter.h"
#include "ui/widgets/TokenView.h"
#include "ui/widgets/TokenViewPrivate.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>

#include <utility>

namespace nextquill::ui {

/// Returns whether the key is one of ours; performs it only if asked, so that ShortcutOverride
/// events can ask first.
bool TokenView::Private::handleKey(const QKeyEvent& key, bool perform)
{
    if (const auto move = tokenMoveFor(key)) {
        if (perform) {
            moveTo(cursor.moved(layout, text, current, *move, q.viewport()->height()),
                   key.modifiers().testFlag(Qt::ShiftModifier));
        }
        return true;
    }
    return handleCommand(key, perform);
}

TokenView::Private::Command TokenView::Private::controlCommand(int key, bool shift)
{
    switch (key) {
    case Qt::Key_C:
        return shift ? &Private::copyValues : &Private::copyText;
    case Qt::Key_A:
        return &Private::selectAll;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return &Private::enlarge;
    case Qt::Key_Minus:
        return &Private::reduce;
    case Qt::Key_0:
        return &Private::resetSize;
    default:
        return nullptr;
    }
}

TokenView::Private::Command TokenView::Private::plainCommand(int key, bool shift) const
{
    switch (key) {
    case Qt::Key_Space:
        return &Private::togglePin;
    case Qt::Key_N:
        return shift ? &Private::goToPrevious : &Private::goToNext;
    case Qt::Key_P:
        return &Private::goToPrevious;
    case Qt::Key_Slash:
        return &Private::find;
    case Qt::Key_Escape:
        return selected != TextRange{} || !pinned.isEmpty() ? &Private::escape : nullptr;
    default:
        return nullptr;
    }
}

bool TokenView::Private::handleCommand(const QKeyEvent& key, bool perform)
{
    const Qt::KeyboardModifiers held = key.modifiers() & ~Qt::KeypadModifier;
    if ((held & (Qt::AltModifier | Qt::MetaModifier)) != Qt::NoModifier) {
        return false;
    }
    const bool shift = held.testFlag(Qt::ShiftModifier);
    const Command command = held.testFlag(Qt::ControlModifier) ? controlCommand(key.key(), shift)
                                                               : plainCommand(key.key(), shift);
    if (command != nullptr && perform) {
        (this->*command)();
    }
    return command != nullptr;
}

void TokenView::Private::copyText()
{
    q.copyText();
}

void TokenView::Private::copyValues()
{
    q.copyValues();
}

void TokenView::Private::selectAll()
{
    q.selectAll();
}

void TokenView::Private::enlarge()
{
    q.setTextSize(q.textSize() + 1);
}

void TokenView::Private::reduce()
{
    q.setTextSize(q.textSize() - 1);
}

void TokenView::Private::resetSize()
{
    q.setTextSize(0);
}

void TokenView::Private::togglePin()
{
    q.setPinned(current, !pinned.contains(current));
}

void TokenView::Private::goToNext()
{
    q.goToNextBeyondThreshold();
}

void TokenView::Private::goToPrevious()
{
    q.goToPreviousBeyondThreshold();
}

void TokenView::Private::find()
{
    Q_EMIT q.findRequested();
}

void TokenView::Private::escape()
{
    if (selected != TextRange{}) {
        anchor = -1;
        setSelection({});
        return;
    }
    pinned.clear();
    q.viewport()->update();
    Q_EMIT q.pinsChanged();
}

bool TokenView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // Single letters are ours while the focus is here, not the window's.
        if (d->handleKey(*static_cast<QKeyEvent*>(event), false)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

void TokenView::keyPressEvent(QKeyEvent* event)
{
    if (!d->handleKey(*event, true)) {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void TokenView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter{viewport()};
    const Ground ground = groundOf(palette());
    painter.fillRect(viewport()->rect(), d->scale != nullptr ? d->scale->ground(ground)
                                                             : palette().color(QPalette::Base));
    if (d->text.text.isEmpty() && d->text.tokens.isEmpty()) {
        painter.setPen(themeColors(ground).muted);
        painter.drawText(viewport()->rect().adjusted(24, 24, -24, -24),
                         Qt::AlignCenter | Qt::TextWordWrap, d->emptyText);
        return;
    }
    TokenPainter::Look look;
    look.ground = ground;
    look.accent = themeColors(ground).accent;
    look.invisibles = d->invisibles;
    look.greyscale = d->greyscale;
    look.current = d->current;
    look.hovered = d->hovered;
    look.pinned = d->pinned;
    look.selection = d->selectedText();
    const double scrolled = verticalScrollBar()->value();
    const QPointF origin{Private::padding, Private::padding - scrolled};
    const QRectF visible{0, scrolled - Private::padding, d->layout.width(),
                         1.0 * viewport()->height()};
    d->linesPainted =
        TokenPainter{d->layout, d->text, d->scale.get()}.paint(painter, origin, visible, look);
}

void TokenView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    d->layOut();
}

void TokenView::mousePressEvent(QMouseEvent* event)
{
    const qsizetype token = tokenAt(event->position().toPoint());
    if (event->button() == Qt::RightButton) {
        if (token >= 0 && (token < d->selected.begin || token >= d->selected.end)) {
            d->moveTo(token, false);
        }
        return;
    }
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    d->pressed = extend ? -1 : token;
    if (token >= 0) {
        d->moveTo(token, extend);
    } else if (!extend) {
        d->anchor = -1;
        d->setSelection({});
    }
}

void TokenView::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    if (!event->buttons().testFlag(Qt::LeftButton)) {
        d->setHovered(tokenAt(point));
        return;
    }
    const qsizetype token = d->layout.nearestToken(d->toLayout(point));
    if (d->current >= 0 && token >= 0 && (token != d->current || d->anchor >= 0)) {
        d->pressed = -1; // a drag, not a click
        d->moveTo(token, true);
    }
}

void TokenView::mouseReleaseEvent(QMouseEvent* event)
{
    const qsizetype pressed = std::exchange(d->pressed, -1);
    if (event->button() == Qt::LeftButton && pressed >= 0) {
        setPinned(pressed, !d->pinned.contains(pressed));
    }
}

void TokenView::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        const int turned = event->angleDelta().y();
        if (turned != 0) {
            setTextSize(textSize() + (turned > 0 ? 1 : -1));
        }
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

void TokenView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        d->layOut();
    }
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) {
        viewport()->update();
    }
}

void TokenView::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() == QContextMenuEvent::Keyboard) {
        requestMenu();
    } else if (const qsizetype token = tokenAt(event->pos()); token >= 0) {
        Q_EMIT menuRequested(token, event->globalPos());
    }
}

void TokenView::requestMenu()
{
    if (d->current >= 0) {
        d->makeVisible(d->current);
        const QPoint below = tokenRect(d->current).bottomLeft();
        Q_EMIT menuRequested(d->current, viewport()->mapToGlobal(below));
    }
}

bool TokenView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        d->setHovered(-1);
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace nextquill::ui
