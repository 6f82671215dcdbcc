// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/TableActs.h"

#include "ui/histories/acts/SelectionActs.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableSelection.h"

#include <QAction>

namespace nextquill::ui {

TableActs::TableActs(ProjectSession& session, HistoryTable& table)
    : QObject{&table}
    , m_table{table}
    , m_acts{new SelectionActs{session, &table.grid()}}
{
    m_table.grid().addActions(m_acts->actions());
    m_table.addCellActions(m_acts->actions());
    connect(&m_table.selection(), &TableSelection::changed, this, &TableActs::takeSelection);
    connect(&m_table.model(), &HistoryTableModel::answered, this, &TableActs::takeSelection);
    takeSelection();
}

/// Until the rows are known nothing can be done with them: never with those chosen before.
void TableActs::takeSelection()
{
    m_acts->select({.table = m_table.table()});
    TableSelection& selection = m_table.selection();
    if (selection.isEmpty()) {
        return;
    }
    selection.resolve([this](const store::Selection& rows) {
        const RowCount count = m_table.model().count();
        m_acts->select(rows, rows.matching && count.exact ? std::optional{count.rows}
                                                            : std::nullopt);
    });
}

} // namespace nextquill::ui
