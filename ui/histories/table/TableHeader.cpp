// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableHeader.h"

#include "ui/histories/table/FilterField.h"
#include "ui/widgets/Theme.h"

#include <QAbstractScrollArea>
#include <QHelpEvent>
#include <QLabel>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int headerPadding = 8; // left and right of a title
constexpr int barsHeight = 26;
constexpr int fieldMargin = 2;
constexpr int arrowWidth = 14;
constexpr int spareWidth = 6; // beside the arrow, and for rounding
constexpr int fieldWidthAtLeast = 64;

} // namespace

TableHeader::TableHeader(QWidget* parent)
    : QHeaderView{Qt::Horizontal, parent}
{
    setSectionsMovable(true);
    setSectionsClickable(true);
    setHighlightSections(false);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setMouseTracking(true);
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(this, &QHeaderView::sectionClicked, this, &TableHeader::orderWanted);
    connect(this, &QHeaderView::sectionResized, this, &TableHeader::placeFields);
    connect(this, &QHeaderView::sectionMoved, this, [this] {
        placeFields();
        renewTabOrder();
    });
    connect(this, &QHeaderView::geometriesChanged, this, &TableHeader::placeFields);
    if (auto* area = qobject_cast<QAbstractScrollArea*>(parent)) {
        connect(area->horizontalScrollBar(), &QScrollBar::valueChanged, this,
                &TableHeader::placeFields, Qt::QueuedConnection); // once the view has scrolled
    }
}

void TableHeader::createFields(const QStringList& names)
{
    for (const Column& column : m_columns) {
        delete column.field;
        delete column.error;
    }
    m_columns.clear();
    for (const QString& name : names) {
        Column column;
        column.field = new FilterField{viewport()};
        column.field->setObjectName(name + QStringLiteral(".filter"));
        column.field->setCursor(Qt::IBeamCursor);
        column.error = new QLabel{viewport()};
        column.error->setObjectName(name + QStringLiteral(".error"));
        column.error->setTextFormat(Qt::PlainText);
        column.error->setProperty("role", QStringLiteral("error"));
        column.error->hide();
        connect(column.field, &FilterField::errorChanged, this, &TableHeader::placeFields);
        m_columns.push_back(std::move(column));
    }
    placeFields();
    renewTabOrder();
}

void TableHeader::setHistogram(int column, ColumnHistogram histogram)
{
    m_columns.at(index(column)).histogram = std::move(histogram);
    if (m_drag && m_drag->column == column) {
        m_drag.reset(); // its bars stand for something else now
    }
    viewport()->update();
}

void TableHeader::clearHistograms()
{
    for (Column& column : m_columns) {
        column.histogram = {};
    }
    m_drag.reset();
    viewport()->update();
}

int TableHeader::titleHeight() const
{
    return fontMetrics().height() + headerPadding;
}

int TableHeader::fieldHeight() const
{
    return m_columns.empty() ? 0 : m_columns.front().field->sizeHint().height() + 2 * fieldMargin;
}

int TableHeader::errorHeight() const
{
    const bool any = std::any_of(m_columns.begin(), m_columns.end(), [](const Column& column) {
        return !column.field->error().isEmpty() && !column.field->isHidden();
    });
    return any ? fontMetrics().height() + fieldMargin : 0;
}

QSize TableHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(),
            titleHeight() + barsHeight + fieldHeight() + errorHeight() + 1};
}

QSize TableHeader::sectionSizeFromContents(int column) const
{
    const QString title = model()->headerData(column, Qt::Horizontal).toString();
    QFont bold = font();
    bold.setBold(true);
    const int width =
        QFontMetrics{bold}.horizontalAdvance(title) + 2 * headerPadding + arrowWidth + spareWidth;
    return {std::max(width, fieldWidthAtLeast), sizeHint().height()};
}

QRect TableHeader::barsRect(int column) const
{
    if (isSectionHidden(column)) {
        return {};
    }
    return {sectionViewportPosition(column) + headerPadding, titleHeight(),
            sectionSize(column) - 2 * headerPadding, barsHeight - 4};
}

int TableHeader::barAt(int column, int x) const
{
    const QRect bars = barsRect(column);
    const int count = static_cast<int>(histogram(column).bars.size());
    const int at = (x - bars.left()) * count / std::max(bars.width(), 1);
    return std::clamp(at, 0, std::max(count - 1, 0));
}

void TableHeader::placeFields()
{
    const int top = titleHeight() + barsHeight + fieldMargin;
    for (int at = 0; at < std::min(columns(), count()); ++at) {
        FilterField& line = field(at);
        line.setVisible(!isSectionHidden(at));
        line.setGeometry(sectionViewportPosition(at) + fieldMargin, top,
                         sectionSize(at) - 2 * fieldMargin, line.sizeHint().height());
    }
    placeErrors();
    if (const int height = errorHeight(); height != std::exchange(m_shownErrorHeight, height)) {
        Q_EMIT geometriesChanged(); // the view makes room, or takes it back
    }
}

/// An error may be longer than its column is wide: it goes on below its neighbours.
void TableHeader::placeErrors()
{
    const int top = titleHeight() + barsHeight + fieldHeight();
    for (int at = 0; at < std::min(columns(), count()); ++at) {
        QLabel& label = *m_columns[index(at)].error;
        const QString text = field(at).error();
        label.setVisible(!text.isEmpty() && !isSectionHidden(at));
        if (text.isEmpty()) {
            continue;
        }
        const int wanted = label.fontMetrics().horizontalAdvance(text) + 2 * fieldMargin;
        int left = sectionViewportPosition(at) + fieldMargin;
        left = std::max(0, std::min(left, viewport()->width() - wanted));
        int right = viewport()->width();
        for (int other = 0; other < columns(); ++other) {
            const int start = sectionViewportPosition(other);
            if (start > left && other != at && !field(other).error().isEmpty()) {
                right = std::min(right, start);
            }
        }
        label.setToolTip(text);
        label.setText(label.fontMetrics().elidedText(text, Qt::ElideRight, right - left));
        label.setGeometry(left, top, right - left, label.fontMetrics().height());
    }
}

void TableHeader::renewTabOrder()
{
    QWidget* before = nullptr;
    for (int visual = 0; visual < std::min(columns(), count()); ++visual) {
        QWidget* line = &field(logicalIndex(visual));
        if (before != nullptr) {
            setTabOrder(before, line);
        }
        before = line;
    }
}

void TableHeader::paintSection(QPainter* painter, const QRect& rect, int column) const
{
    painter->fillRect(rect, palette().base());
    paintTitle(*painter, rect, column);
    if (column < columns()) {
        paintBars(*painter, column);
    }
    painter->setPen(themeColors(palette()).line);
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    painter->drawLine(QPoint{rect.right(), rect.top() + headerPadding / 2},
                      QPoint{rect.right(), rect.top() + titleHeight() - headerPadding / 2});
}

void TableHeader::paintTitle(QPainter& painter, const QRect& rect, int column) const
{
    const ThemeColors& colors = themeColors(palette());
    const bool filtered = column < columns() && !m_columns[index(column)].field->text().isEmpty();
    const bool ordered = isSortIndicatorShown() && sortIndicatorSection() == column;
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(filtered || ordered ? palette().color(QPalette::Text) : colors.muted);
    QRect line{rect.left() + headerPadding, rect.top(), rect.width() - 2 * headerPadding,
               titleHeight()};
    if (ordered) {
        const bool up = sortIndicatorOrder() == Qt::AscendingOrder;
        const QRect arrow{line.right() - arrowWidth + 1, line.top(), arrowWidth, line.height()};
        const QPointF middle = QRectF{arrow}.center();
        const double half = 4;
        const double height = up ? -2.5 : 2.5;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(colors.accent);
        painter.setPen(Qt::NoPen);
        painter.drawPolygon(
            QPolygonF{{middle + QPointF{-half, -height}, middle + QPointF{half, -height},
                       middle + QPointF{0, height}}});
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(palette().color(QPalette::Text));
        line.setRight(arrow.left() - 2);
    }
    const QString title = model()->headerData(column, Qt::Horizontal).toString();
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics{bold}.elidedText(title, Qt::ElideRight, line.width()));
}

void TableHeader::paintBars(QPainter& painter, int column) const
{
    const ColumnHistogram& shown = histogram(column);
    const QRect area = barsRect(column);
    if (shown.bars.isEmpty() || area.width() < shown.bars.size()) {
        return;
    }
    const ThemeColors& colors = themeColors(palette());
    qint64 highest = 1;
    for (const HistogramBar& bar : shown.bars) {
        highest = std::max(highest, bar.count);
    }
    QColor ink = colors.accent;
    ink.setAlphaF(shown.isWhole ? 0.55F : 0.25F);
    const auto bars = static_cast<int>(shown.bars.size());
    const int first = m_drag ? std::min(m_drag->first, m_drag->last) : 0;
    const int last = m_drag ? std::max(m_drag->first, m_drag->last) : -1;
    for (int at = 0; at < bars; ++at) {
        const qint64 count = shown.bars[at].count;
        const int left = area.left() + area.width() * at / bars;
        const int right = area.left() + area.width() * (at + 1) / bars;
        const bool chosen = m_drag && m_drag->column == column && at >= first && at <= last;
        if (chosen) {
            painter.fillRect(QRect{left, area.top(), right - left, area.height()},
                             colors.accentSoft);
        }
        // Whatever is there is seen: at least a line of two pixels.
        const int height =
            count == 0 ? 0
                       : std::max<int>(2, static_cast<int>(static_cast<double>(area.height()) *
                                                           static_cast<double>(count) /
                                                           static_cast<double>(highest)));
        const int gap = right - left > 3 ? 1 : 0;
        painter.fillRect(QRect{left, area.bottom() + 1 - height, right - left - gap, height},
                         chosen ? colors.accent : ink);
    }
    painter.setPen(colors.line);
    painter.drawLine(area.left(), area.bottom() + 1, area.right(), area.bottom() + 1);
}

QString TableHeader::tipAt(const QPoint& position) const
{
    const int column = logicalIndexAt(position);
    if (column < 0 || column >= columns()) {
        return {};
    }
    const ColumnHistogram& shown = histogram(column);
    if (!barsRect(column).contains(position) || shown.bars.isEmpty()) {
        return model()->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
    }
    const HistogramBar& bar = shown.bars[barAt(column, position.x())];
    const QString count = QLocale{}.toString(bar.count);
    QString tip = tr("%1: %2").arg(bar.label, count);
    if (!shown.note.isEmpty()) {
        tip = tr("%1: %2 %3").arg(bar.label, count, shown.note);
    }
    return shown.isRangeable ? tr("%1\nDrag over bars to filter").arg(tip) : tip;
}

bool TableHeader::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event); // NOLINT(*-static-cast-downcast)
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), viewport());
        return true;
    }
    return QHeaderView::viewportEvent(event);
}

void TableHeader::mousePressEvent(QMouseEvent* event)
{
    const int column = logicalIndexAt(event->pos());
    const bool onBars = column >= 0 && column < columns() &&
                        barsRect(column).adjusted(0, 0, 0, 4).contains(event->pos());
    if (event->button() == Qt::LeftButton && onBars && !histogram(column).bars.isEmpty() &&
        histogram(column).isRangeable) {
        const int bar = barAt(column, event->pos().x());
        m_drag = Drag{column, bar, bar};
        viewport()->update();
        return;
    }
    if (event->pos().y() < titleHeight() + barsHeight) { // below are the fields' margins
        QHeaderView::mousePressEvent(event);
    }
}

void TableHeader::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag) {
        m_drag->last = barAt(m_drag->column, event->pos().x());
        viewport()->update();
        return;
    }
    QHeaderView::mouseMoveEvent(event);
}

void TableHeader::mouseReleaseEvent(QMouseEvent* event)
{
    if (const std::optional<Drag> drag = std::exchange(m_drag, std::nullopt)) {
        viewport()->update();
        Q_EMIT barsChosen(drag->column, std::min(drag->first, drag->last),
                          std::max(drag->first, drag->last));
        return;
    }
    QHeaderView::mouseReleaseEvent(event);
}

void TableHeader::resizeEvent(QResizeEvent* event)
{
    QHeaderView::resizeEvent(event);
    placeFields();
}

void TableHeader::changeEvent(QEvent* event)
{
    QHeaderView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        placeFields();
    }
}

} // namespace nextquill::ui
