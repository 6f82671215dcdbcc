// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/AlternativesView.h"

#include "ui/inspect/EffectNumbers.h"
#include "ui/project/EffectColorScale.h"
#include "ui/widgets/Theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int gutter = 44; // between the two lists: room for the lines
constexpr int inset = 6;   // of text in its cell
constexpr int barHeight = 3;

} // namespace

AlternativesView::AlternativesView(QWidget* parent)
    : QWidget{parent}
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAccessibleName(tr("What could have stood here"));
}

void AlternativesView::setAlternatives(std::vector<Entry> with, std::vector<Entry> without,
                                       std::int64_t own)
{
    m_with = std::move(with);
    m_without = std::move(without);
    m_own = own;
    m_chosen = hasFocus() && !m_with.empty() ? 0 : -1;
    m_chosenWith = true;
    QStringList spoken;
    for (const bool withHistory : {true, false}) {
        spoken << (withHistory ? tr("with history") : tr("without history"));
        for (const Entry& entry : world(withHistory)) {
            spoken << tr("%1, %2").arg(entry.text, probability(static_cast<double>(entry.p)));
        }
    }
    setAccessibleDescription(m_with.empty() ? QString{} : spoken.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

const std::vector<AlternativesView::Entry>& AlternativesView::world(bool withHistory) const
{
    return withHistory ? m_with : m_without;
}

std::vector<std::pair<int, int>> AlternativesView::joined() const
{
    std::vector<std::pair<int, int>> pairs;
    for (std::size_t row = 0; row < m_with.size(); ++row) {
        const auto same =
            std::find_if(m_without.begin(), m_without.end(),
                         [id = m_with[row].id](const Entry& entry) { return entry.id == id; });
        if (same != m_without.end()) {
            pairs.emplace_back(static_cast<int>(row), static_cast<int>(same - m_without.begin()));
        }
    }
    return pairs;
}

int AlternativesView::rowHeight() const
{
    return fontMetrics().height() + barHeight + 5;
}

QRect AlternativesView::cell(bool withHistory, int row) const
{
    const int column = std::max(60, (width() - gutter) / 2);
    return {withHistory ? 0 : column + gutter, (row + 1) * rowHeight(), column, rowHeight()};
}

QSize AlternativesView::sizeHint() const
{
    const auto rows = static_cast<int>(std::max(m_with.size(), m_without.size()));
    return {280, (std::max(rows, 10) + 1) * rowHeight() + 2};
}

QSize AlternativesView::minimumSizeHint() const
{
    return {200, 5 * rowHeight()};
}

void AlternativesView::paintEvent(QPaintEvent* /*event*/)
{
    if (m_with.empty() && m_without.empty()) {
        return;
    }
    QPainter painter{this};
    paintLines(painter);
    for (const bool withHistory : {true, false}) {
        paintWorld(painter, withHistory);
    }
}

void AlternativesView::paintWorld(QPainter& painter, bool withHistory) const
{
    const ThemeColors& colors = themeColors(palette());
    const std::vector<Entry>& entries = world(withHistory);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(colors.muted);
    painter.drawText(cell(withHistory, -1).adjusted(inset, 0, -inset, 0),
                     Qt::AlignLeft | Qt::AlignVCenter, (withHistory ? tr("With") : tr("Without")));
    for (int row = 0; row < static_cast<int>(entries.size()); ++row) {
        const Entry& entry = entries[static_cast<std::size_t>(row)];
        const QRect place = cell(withHistory, row);
        const QRect text = place.adjusted(inset, 1, -inset, -barHeight - 3);
        painter.setFont(entry.id == m_own ? bold : font());
        painter.setPen(palette().color(QPalette::Text));
        const QString p = probability(static_cast<double>(entry.p));
        const int room = text.width() - painter.fontMetrics().horizontalAdvance(p) - inset;
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(entry.text, Qt::ElideRight, room));
        painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, p);
        const double length = text.width() * std::clamp(static_cast<double>(entry.p), 0.0, 1.0);
        painter.fillRect(
            QRectF{1.0 * text.left(), text.bottom() + 2.0, 1.0 * text.width(), 1.0 * barHeight},
            colors.line);
        painter.fillRect(
            QRectF{1.0 * text.left(), text.bottom() + 2.0, std::max(1.0, length), 1.0 * barHeight},
            entry.id == m_own ? colors.accent : colors.muted);
        if (hasFocus() && row == m_chosen && withHistory == m_chosenWith) {
            painter.setPen(QPen{colors.accent, 2});
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(place.adjusted(1, 0, -1, -1), 4, 4);
        }
    }
}

void AlternativesView::paintLines(QPainter& painter) const
{
    const Ground ground = groundOf(palette());
    const EffectColorScale scale{0.5F, 0};
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    for (const auto& [left, right] : joined()) {
        const Entry& with = m_with[static_cast<std::size_t>(left)];
        const Entry& without = m_without[static_cast<std::size_t>(right)];
        const float moved = with.p - without.p;
        // The ends of the scale, not its middle: a thin line in a pale color is not seen.
        QColor color = scale.color(moved < 0 ? -0.5F : 0.5F, ground);
        if (ground == Ground::Light) {
            color = color.darker(125);
        }
        constexpr float visible = 0.005F;
        if (std::abs(moved) < visible) {
            color = themeColors(palette()).line.darker(ground == Ground::Light ? 120 : 80);
        }
        painter.setPen(QPen{color, with.id == m_own ? 3.0 : 1.5});
        const QPointF from{cell(true, left).right() - 1.0, cell(true, left).center().y() + 0.5};
        const QPointF to{cell(false, right).left() + 1.0, cell(false, right).center().y() + 0.5};
        QPainterPath path{from};
        const double middle = (from.x() + to.x()) / 2;
        path.cubicTo({middle, from.y()}, {middle, to.y()}, to);
        painter.drawPath(path);
    }
}

void AlternativesView::choose(bool withHistory, int row)
{
    const auto count = static_cast<int>(world(withHistory).size());
    if (count == 0) {
        return;
    }
    m_chosenWith = withHistory;
    m_chosen = std::clamp(row, 0, count - 1);
    update();
}

void AlternativesView::take()
{
    const auto row = static_cast<std::size_t>(m_chosen);
    if (m_chosen >= 0 && row < world(m_chosenWith).size()) {
        Q_EMIT activated(world(m_chosenWith)[row].id, m_chosenWith);
    }
}

void AlternativesView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
        choose(m_chosenWith, m_chosen - 1);
        break;
    case Qt::Key_Down:
        choose(m_chosenWith, m_chosen + 1);
        break;
    case Qt::Key_Left:
        choose(true, std::max(0, m_chosen));
        break;
    case Qt::Key_Right:
        choose(false, std::max(0, m_chosen));
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        take();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void AlternativesView::mousePressEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    const bool withHistory = point.x() < width() / 2;
    const int row = point.y() / rowHeight() - 1;
    if (row >= 0 && row < static_cast<int>(world(withHistory).size())) {
        choose(withHistory, row);
    }
}

void AlternativesView::mouseDoubleClickEvent(QMouseEvent* event)
{
    mousePressEvent(event);
    take();
}

void AlternativesView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    choose(m_chosenWith, std::max(0, m_chosen));
}

} // namespace nextquill::ui
