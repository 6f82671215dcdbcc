// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the matrix is painted, and what its keys and the mouse do.
#include "core/causal/Attribution.h"

#include "ui/inspect/EffectMatrix.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <array>
#include <cmath>

namespace nextquill::ui {

namespace {

constexpr int historyRow = -1; // of the whole history
constexpr int cellPadding = 5;
constexpr int cornerSide = 5;

} // namespace

void EffectMatrix::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter{viewport()};
    const ThemeColors& colors = themeColors(palette());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    if (!isMeasured() || m_scale == nullptr) {
        painter.setPen(colors.muted);
        painter.drawText(viewport()->rect().adjusted(24, 8, -24, -8),
                         static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap,
                         m_inspection == nullptr
                             ? tr("No text is measured")
                             : tr("Press A to leave out each past text once: here stands what each "
                                  "of them does to each word."));
        return;
    }
    for (int review = 0; review < reviews(); ++review) {
        const int top = cellRect(0, review).top();
        if (top >= rowHeight() && top < viewport()->height()) {
            paintRow(painter, review);
        }
    }
    painter.fillRect(QRect{0, 0, viewport()->width(), 2 * rowHeight()},
                     palette().color(QPalette::Base)); // over rows scrolled below it
    paintTokens(painter);
    paintRow(painter, historyRow);
    painter.fillRect(QRect{0, 2 * rowHeight() - 1, viewport()->width(), 1}, colors.line);
}

void EffectMatrix::paintTokens(QPainter& painter) const
{
    painter.setClipRect(
        QRect{labelWidth(), 0, viewport()->width() - labelWidth(), viewport()->height()});
    for (qsizetype token = 0; token < tokens(); ++token) {
        const QRect cell = cellRect(token, historyRow).translated(0, -rowHeight());
        if (cell.right() < labelWidth() || cell.left() > viewport()->width()) {
            continue;
        }
        const bool current = token == m_token || token == m_hoveredInText;
        painter.setPen(palette().color(QPalette::Text));
        QFont font = this->font();
        font.setBold(current);
        painter.setFont(font);
        painter.drawText(cell, Qt::AlignCenter,
                         painter.fontMetrics().elidedText(m_labels[static_cast<std::size_t>(token)],
                                                          Qt::ElideRight, cell.width()));
    }
    painter.setFont(font());
    painter.setClipping(false);
}

void EffectMatrix::paintRow(QPainter& painter, int review) const
{
    const ThemeColors& colors = themeColors(palette());
    const QRect label{0, cellRect(0, review).top(), labelWidth(), rowHeight()};
    QString name = tr("whole history");
    if (review >= 0) {
        const store::ReviewRow& row = m_inspection->history[static_cast<std::size_t>(review)];
        name =
            tr("%1  %2  %3")
                .arg(QString::number(review + 1), shownDate(row.review.time), shown(row.itemTitle));
    }
    const bool chosen = review >= 0 && review == m_chosen;
    if (chosen) {
        painter.fillRect(label, colors.accentSoft);
        painter.fillRect(QRect{label.left(), label.top(), 4, label.height()}, colors.accent);
    }
    painter.setPen(palette().color(QPalette::Text));
    const QRect text = label.adjusted(2 * cellPadding, 0, -cellPadding, 0);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(name, Qt::ElideRight, text.width()));
    painter.setClipRect(
        QRect{labelWidth(), 0, viewport()->width() - labelWidth(), viewport()->height()});
    for (qsizetype token = 0; token < tokens(); ++token) {
        const QRect cell = cellRect(token, review);
        if (cell.left() > viewport()->width()) {
            break;
        }
        if (cell.right() >= labelWidth()) {
            paintCell(painter, token, review);
        }
    }
    painter.setClipping(false);
}

void EffectMatrix::paintCell(QPainter& painter, qsizetype token, int review) const
{
    const Ground ground = groundOf(palette());
    const QRect cell = cellRect(token, review);
    const float value = valueAt(token, review);
    const QRect box = cell.adjusted(1, 1, 0, 0);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QColor ink = m_scale->ink(ground);
    if (std::isnan(value)) { // not measured yet
        painter.fillRect(box, QBrush{themeColors(palette()).line, Qt::BDiagPattern});
    } else {
        painter.fillRect(box, m_scale->color(value, ground));
    }
    if (std::abs(value) > m_scale->threshold()) {
        // Below for more likely, above for less.
        painter.fillRect(
            QRect{box.left(), value > 0 ? box.bottom() - 2 : box.top(), box.width(), 2}, ink);
    }
    if (isClipped(*m_scale, value)) {
        const std::array points{box.topRight(), box.topRight() - QPoint{cornerSide, 0},
                                box.topRight() + QPoint{0, cornerSide}};
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        painter.drawPolygon(points.data(), static_cast<int>(points.size()));
        painter.setBrush(Qt::NoBrush);
    }
    const bool current = token == m_token && review == m_review;
    const bool hovered = token == m_hovered.token && review == m_hovered.review;
    if (current || hovered || token == m_token || token == m_hoveredInText) {
        painter.setPen(current && hasFocus()
                           ? QPen{themeColors(palette()).accent, 2}
                           : QPen{current || hovered ? ink : themeColors(palette()).muted, 1});
        painter.drawRect(current && hasFocus() ? box.adjusted(1, 1, -1, -1)
                                               : box.adjusted(0, 0, -1, -1));
    }
}

bool EffectMatrix::handleKey(int key, bool perform)
{
    const auto act = [&](qsizetype token, int review) {
        if (perform) {
            goTo(token, review);
        }
        return true;
    };
    switch (key) {
    case Qt::Key_Left:
        return act(m_token - 1, m_review);
    case Qt::Key_Right:
        return act(m_token + 1, m_review);
    case Qt::Key_Up:
        return act(m_token, m_review - 1);
    case Qt::Key_Down:
        return act(m_token, m_review + 1);
    case Qt::Key_Home:
        return act(0, m_review);
    case Qt::Key_End:
        return act(tokens() - 1, m_review);
    case Qt::Key_N:
    case Qt::Key_P:
        if (perform) {
            goToBeyond(key == Qt::Key_N ? 1 : -1);
        }
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Escape:
        if (perform) {
            Q_EMIT reviewChosen(key == Qt::Key_Escape ? -1 : m_review);
        }
        return true;
    default:
        return key >= Qt::Key_1 && key <= Qt::Key_9 && act(m_token, key - Qt::Key_1);
    }
}

bool EffectMatrix::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        if ((key.modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier && isMeasured() &&
            handleKey(key.key(), false)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

void EffectMatrix::keyPressEvent(QKeyEvent* event)
{
    if ((event->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier || !isMeasured() ||
        !handleKey(event->key(), true)) {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

bool EffectMatrix::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        m_hovered = {};
        viewport()->update();
        Q_EMIT cellHovered(-1, -1);
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void EffectMatrix::mouseMoveEvent(QMouseEvent* event)
{
    const Cell cell = cellAt(event->position().toPoint());
    if (cell.token != m_hovered.token || cell.review != m_hovered.review) {
        m_hovered = cell;
        viewport()->update();
        Q_EMIT cellHovered(cell.token, cell.review);
    }
}

void EffectMatrix::mousePressEvent(QMouseEvent* event)
{
    const Cell cell = cellAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && cell.token >= 0) {
        goTo(cell.token, cell.review);
    }
}

void EffectMatrix::mouseReleaseEvent(QMouseEvent* event)
{
    event->accept(); // the press was ours
}

void EffectMatrix::mouseDoubleClickEvent(QMouseEvent* event)
{
    const Cell cell = cellAt(event->position().toPoint());
    if (cell.token >= 0) {
        Q_EMIT reviewChosen(cell.review);
    }
}

void EffectMatrix::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() == QContextMenuEvent::Keyboard) {
        requestMenu();
    } else if (const int review = rowAt(event->pos().y()); review >= 0) {
        Q_EMIT menuRequested(review, event->globalPos());
    }
}

/// Of the cursor's past text; the whole history has none.
void EffectMatrix::requestMenu()
{
    if (isMeasured() && m_token >= 0 && m_review >= 0) {
        const QPoint below = cellRect(m_token, m_review).bottomLeft();
        Q_EMIT menuRequested(m_review, viewport()->mapToGlobal(below));
    }
}

void EffectMatrix::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void EffectMatrix::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        layOut();
    }
    if (event->type() == QEvent::PaletteChange) {
        viewport()->update();
    }
}

} // namespace nextquill::ui
