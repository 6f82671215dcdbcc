// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/BarChart.h"

#include "ui/widgets/Theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int chartMargin = 4;
constexpr int leastBarHeight = 2; ///< of a bar that is not 0

} // namespace

BarChart::BarChart(QWidget* parent)
    : QWidget{parent}
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void BarChart::setBars(QList<Bar> bars)
{
    m_bars = std::move(bars);
    m_highest = 0;
    QStringList lines;
    for (int i = 0; i < m_bars.size(); ++i) {
        m_highest = std::max(m_highest, m_bars[i].count);
        lines << tipOf(i);
    }
    setAccessibleDescription(lines.join(QStringLiteral("; ")));
    m_anchor = m_end = -1;
    update();
    Q_EMIT choiceChanged();
}

int BarChart::firstChosen() const
{
    return std::min(m_anchor, m_end);
}

int BarChart::lastChosen() const
{
    return std::max(m_anchor, m_end);
}

void BarChart::chooseNothing()
{
    choose(-1, -1);
}

void BarChart::choose(int anchor, int end)
{
    if (m_anchor != anchor || m_end != end) {
        m_anchor = anchor;
        m_end = end;
        update();
        Q_EMIT choiceChanged();
    }
}

QSize BarChart::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 48, fontMetrics().height() * 9};
}

QSize BarChart::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 24, fontMetrics().height() * 4};
}

QRect BarChart::plot() const
{
    // Above the bars stands how much the highest one is.
    return rect().adjusted(chartMargin, chartMargin + fontMetrics().height(), -chartMargin,
                           -chartMargin - fontMetrics().height() - chartMargin);
}

QRect BarChart::rectOf(int bar) const
{
    const QRect area = plot();
    const auto edge = [&](int index) {
        return area.left() +
               static_cast<int>(qint64{area.width()} * index / std::max<qint64>(m_bars.size(), 1));
    };
    const int gap = area.width() / std::max<int>(static_cast<int>(m_bars.size()), 1) > 6 ? 2 : 0;
    const qint64 count = m_bars[bar].count;
    int height = m_highest > 0 ? static_cast<int>(area.height() * count / m_highest) : 0;
    height = count > 0 ? std::max(height, leastBarHeight) : 0;
    return {edge(bar), area.bottom() + 1 - height, edge(bar + 1) - edge(bar) - gap, height};
}

int BarChart::barAt(int x) const
{
    const QRect area = plot();
    if (m_bars.isEmpty() || area.width() <= 0) {
        return -1;
    }
    const auto count = static_cast<int>(m_bars.size());
    return std::clamp((x - area.left()) * count / area.width(), 0, count - 1);
}

QString BarChart::tipOf(int bar) const
{
    return tr("%1: %2").arg(m_bars[bar].label, QLocale{}.toString(m_bars[bar].count));
}

void BarChart::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter{this};
    const ThemeColors& colors = themeColors(palette());
    const QRect area = plot();
    QColor plain = colors.accent;
    plain.setAlphaF(0.55F);
    for (int i = 0; i < m_bars.size(); ++i) {
        const bool chosen = m_anchor >= 0 && i >= firstChosen() && i <= lastChosen();
        painter.fillRect(rectOf(i), chosen ? colors.accent : plain);
        if (chosen) {
            const QRect bar = rectOf(i);
            painter.fillRect(QRect{bar.left(), area.bottom() + 2, bar.width(), 3}, colors.accent);
        }
    }
    painter.setPen(colors.line);
    painter.drawLine(area.left(), area.bottom() + 1, area.right(), area.bottom() + 1);
    painter.setPen(colors.muted);
    paintLabels(painter, area);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen{colors.accent, 2});
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF{rect()}.adjusted(1, 1, -1, -1), 6, 6);
    }
}

void BarChart::paintLabels(QPainter& painter, const QRect& area) const
{
    const int top = area.bottom() + 2 + chartMargin;
    int free = area.left();
    for (int i = 0; i < m_bars.size(); ++i) {
        const QString& text = m_bars[i].from;
        const int width = fontMetrics().horizontalAdvance(text);
        const QRect bar = rectOf(i);
        int x = bar.left() + (bar.width() - width) / 2;
        x = std::clamp(x, area.left(), std::max(area.left(), area.right() - width));
        if (x >= free && x + width <= area.right() + chartMargin) {
            painter.drawText(x, top + fontMetrics().ascent(), text);
            free = x + width + fontMetrics().averageCharWidth() * 2;
        }
    }
    if (m_highest > 0) {
        const QString most = QLocale{}.toString(m_highest);
        painter.drawText(area.right() - fontMetrics().horizontalAdvance(most),
                         area.top() - fontMetrics().descent(), most);
    }
}

bool BarChart::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int bar = barAt(help->pos().x());
        if (bar >= 0) {
            QToolTip::showText(help->globalPos(), tipOf(bar), this);
        }
        return true;
    }
    return QWidget::event(event);
}

void BarChart::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copy();
        return;
    }
    const auto last = static_cast<int>(m_bars.size()) - 1;
    int to = m_end;
    switch (event->key()) {
    case Qt::Key_Left:
        to = m_end < 0 ? last : std::max(m_end - 1, 0);
        break;
    case Qt::Key_Right:
        to = m_end < 0 ? 0 : std::min(m_end + 1, last);
        break;
    case Qt::Key_Home:
        to = 0;
        break;
    case Qt::Key_End:
        to = last;
        break;
    case Qt::Key_Escape:
        if (m_anchor < 0) {
            QWidget::keyPressEvent(event);
            return;
        }
        chooseNothing();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_anchor >= 0) {
            Q_EMIT choiceMade();
        }
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (last >= 0) {
        const bool more = event->modifiers().testFlag(Qt::ShiftModifier) && m_anchor >= 0;
        choose(more ? m_anchor : to, to);
    }
}

void BarChart::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        const int bar = barAt(event->position().toPoint().x());
        choose(bar, bar);
    }
}

void BarChart::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons().testFlag(Qt::LeftButton) && m_anchor >= 0) {
        choose(m_anchor, barAt(event->position().toPoint().x()));
    }
}

void BarChart::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_anchor >= 0) {
        Q_EMIT choiceMade();
    }
}

void BarChart::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        update();
    }
    QWidget::changeEvent(event);
}

void BarChart::copy() const
{
    QString table;
    for (const Bar& bar : m_bars) {
        table += bar.label % QLatin1Char('\t') % QString::number(bar.count) % QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(table);
}

} // namespace nextquill::ui
