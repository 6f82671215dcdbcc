// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keys and menus of the table, and its clipboard.
#include "ui/histories/table/CellMenu.h"
#include "ui/histories/table/ColumnLayout.h"
#include "ui/histories/table/FilterField.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableClipboard.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableHeader.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ProjectSession.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLocale>

namespace nextquill::ui {

void HistoryTable::createActions()
{
    const auto add = [this](const QString& text, const QKeySequence& key, auto slot) {
        auto* action = new QAction{text, m_grid};
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_grid->addAction(action);
        return action;
    };
    m_copy = add(tr("&Copy"), QKeySequence::Copy, [this] { copy(false); });
    m_copyWithTitles = add(tr("Copy with &titles"), QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_C},
                           [this] { copy(true); });
    installEventFilter(this);
    m_grid->installEventFilter(this);
    for (int column = 0; column < m_model->columnCount(); ++column) {
        m_grid->header().field(column).installEventFilter(this);
    }
    if (m_search != nullptr) {
        m_search->installEventFilter(this);
    }
}

/// Ctrl+Shift+F is a command of the window, too; here it is the way to the filters.
bool HistoryTable::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event); // NOLINT(*-static-cast-downcast)
        if (key->key() == Qt::Key_F &&
            key->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
            if (event->type() == QEvent::KeyPress) {
                focusFilters();
            }
            event->accept();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void HistoryTable::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    readStale();
}

void HistoryTable::focusSearch()
{
    if (m_search != nullptr) {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    } else {
        focusFilters();
    }
}

/// The field of the column that the cursor is in, else the first one.
void HistoryTable::focusFilters()
{
    const QList<int> columns = m_grid->shownColumns();
    if (columns.isEmpty()) {
        return;
    }
    const int current = m_grid->currentIndex().column();
    const int column = columns.contains(current) ? current : columns.front();
    m_grid->showColumnWhole(column);
    FilterField& field = m_grid->header().field(column);
    field.setFocus(Qt::ShortcutFocusReason);
    field.selectAll();
}

void HistoryTable::showCellMenu(const QPoint& position)
{
    QModelIndex cell = m_grid->indexAt(position);
    if (!cell.isValid()) {
        cell = m_grid->currentIndex(); // the menu key, with the pointer elsewhere
    }
    if (!cell.isValid()) {
        return;
    }
    if (!m_selection->covers(cell.row())) {
        m_grid->setCurrentIndex(cell);
    }
    auto* menu = new CellMenu{*m_model, *m_grid, *m_selection, cell, m_grid};
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu, &CellMenu::filterWanted, this, &HistoryTable::setField);
    connect(menu, &CellMenu::draftWanted, this, &HistoryTable::draftField);
    connect(menu, &CellMenu::orderWanted, this, &HistoryTable::orderBy);
    if (!m_cellActions.isEmpty()) {
        menu->addSeparator();
        menu->addActions(m_cellActions);
    }
    menu->addSeparator();
    menu->addActions({m_copy, m_copyWithTitles});
    menu->popup(m_grid->viewport()->mapToGlobal(position));
}

void HistoryTable::showHeaderMenu(const QPoint& position)
{
    auto* menu = new QMenu{m_grid};
    menu->setObjectName(QStringLiteral("headerMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const int column = m_grid->header().logicalIndexAt(position);
    if (column >= 0) {
        const QString title = columnTitle(table(), m_model->column(column));
        menu->addAction(tr("&Hide %1").arg(title), this,
                        [this, column] { m_columns->setShown(column, false); });
        menu->addSeparator();
    }
    m_columns->fillMenu(*menu);
    menu->popup(m_grid->header().mapToGlobal(position));
}

void HistoryTable::copy(bool withTitles)
{
    const auto fences = m_model->fences();
    const QList<RowRange> ranges = m_selection->ranges();
    if (ranges.isEmpty() || !fences) {
        return;
    }
    store::TableQuery query = m_model->query();
    query.columns.clear();
    QStringList titles;
    for (const int column : m_selection->columns()) {
        query.columns.emplace_back(m_model->column(column).name);
        if (withTitles) {
            titles.append(columnTitle(table(), m_model->column(column)));
        }
    }
    auto* job =
        m_session.read(tr("Copying"), this,
                       [query, fences, ranges, titles](store::Project& project, StopToken stop,
                                                       Progress& progress) {
                           return copyRows(project, query, *fences, ranges, titles, stop, progress);
                       });
    m_session.track(job);
    connect(job, &Job::done, this, [this, job] {
        const CopiedCells copied = job->takeValue();
        QGuiApplication::clipboard()->setText(copied.text);
        const QString rows = countedRows(table(), copied.rows);
        Q_EMIT m_session.noticed(copied.isCut ? tr("%1 copied. The clipboard holds no more: export "
                                                   "the rest to a file.")
                                                    .arg(rows)
                                              : tr("%1 copied.").arg(rows),
                                 {}, {});
    });
}

} // namespace nextquill::ui
