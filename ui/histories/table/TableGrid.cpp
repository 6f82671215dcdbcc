// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableGrid.h"

#include "ui/histories/table/TableHeader.h"

#include <QKeyEvent>
#include <QScrollBar>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int spaceInRow = 10;

} // namespace

TableGrid::TableGrid(QWidget* parent)
    : QTableView{parent}
    , m_header{new TableHeader{this}}
{
    setHorizontalHeader(m_header);
    setSelectionBehavior(QAbstractItemView::SelectItems);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setContextMenuPolicy(Qt::CustomContextMenu);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    fitRowHeight();
}

void TableGrid::setModel(QAbstractItemModel* model)
{
    QTableView::setModel(model);
    const auto forget = [this] {
        m_firstSeen = -1;
        m_lastSeen = -1;
    };
    connect(model, &QAbstractItemModel::modelReset, this, forget);
    connect(model, &QAbstractItemModel::rowsInserted, this, forget);
    connect(model, &QAbstractItemModel::rowsRemoved, this, forget);
}

void TableGrid::selectAll()
{
    QTableView::selectAll();
    Q_EMIT everythingChosen();
}

void TableGrid::keyboardSearch(const QString& /*search*/) {}

QList<int> TableGrid::shownColumns() const
{
    QList<int> columns;
    for (int visual = 0; visual < m_header->count(); ++visual) {
        const int column = m_header->logicalIndex(visual);
        if (!isColumnHidden(column)) {
            columns.append(column);
        }
    }
    return columns;
}

void TableGrid::showColumnWhole(int column)
{
    QScrollBar* bar = horizontalScrollBar();
    const int left = m_header->sectionPosition(column);
    const int width = m_header->sectionSize(column);
    if (left < bar->value() || width > viewport()->width()) {
        bar->setValue(left);
    } else if (left + width > bar->value() + viewport()->width()) {
        bar->setValue(left + width - viewport()->width());
    }
}

/// Said when it is painted: a view moves its rows for many reasons, and not all of them have a
/// signal.
void TableGrid::tellWhatIsSeen()
{
    if (model() == nullptr || model()->rowCount() == 0) {
        return;
    }
    const int first = std::max(0, rowAt(0));
    int last = rowAt(viewport()->height() - 1);
    if (last < 0) {
        last = model()->rowCount() - 1;
    }
    if (first != m_firstSeen || last != m_lastSeen) {
        m_firstSeen = first;
        m_lastSeen = last;
        Q_EMIT lookedAt(first, last);
    }
}

QItemSelectionModel::SelectionFlags TableGrid::selectionCommand(const QModelIndex& index,
                                                                const QEvent* event) const
{
    auto command = QTableView::selectionCommand(index, event);
    if (m_togglesRows && command.testFlag(QItemSelectionModel::Toggle)) {
        command |= QItemSelectionModel::Rows;
    }
    return command;
}

void TableGrid::selectWholeRows()
{
    QItemSelection rows;
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
        rows.select(model()->index(range.top(), 0),
                    model()->index(range.bottom(), model()->columnCount() - 1));
    }
    selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
}

void TableGrid::selectWholeColumns()
{
    QItemSelection columns;
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
        columns.select(model()->index(0, range.left()),
                       model()->index(model()->rowCount() - 1, range.right()));
    }
    selectionModel()->select(columns, QItemSelectionModel::ClearAndSelect);
    Q_EMIT everythingChosen();
}

void TableGrid::keyPressEvent(QKeyEvent* event)
{
    const auto modifiers = event->modifiers();
    if (event->key() == Qt::Key_Space && modifiers == Qt::ShiftModifier) {
        selectWholeRows();
    } else if (event->key() == Qt::Key_Space && modifiers == Qt::ControlModifier) {
        selectWholeColumns();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
               modifiers == Qt::NoModifier) {
        if (currentIndex().isValid()) {
            Q_EMIT opened(currentIndex().row());
        }
    } else {
        QTableView::keyPressEvent(event);
    }
}

void TableGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    QTableView::mouseDoubleClickEvent(event);
    if (const QModelIndex index = indexAt(event->pos()); index.isValid()) {
        Q_EMIT opened(index.row());
    }
}

void TableGrid::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    tellWhatIsSeen();
}

void TableGrid::changeEvent(QEvent* event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        fitRowHeight();
    }
}

void TableGrid::fitRowHeight()
{
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + spaceInRow);
}

} // namespace nextquill::ui
