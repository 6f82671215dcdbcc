// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMenu>
#include <QModelIndex>
#include <QString>

namespace nextquill::ui {

class HistoryTableModel;
class TableGrid;
class TableSelection;

/// What can be done with the cell that was asked: filters made of its value, the order of its
/// column, and the acts that others add.
class CellMenu : public QMenu
{
    Q_OBJECT

public:
    /// `typed` is what a column's filter says now.
    CellMenu(HistoryTableModel& model, TableGrid& grid, TableSelection& selection,
             const QModelIndex& cell, QWidget* parent);

Q_SIGNALS:
    /// The column's filter is to say this.
    void filterWanted(int column, const QString& typed);
    /// The same, to be finished by hand: the cursor goes into the field.
    void draftWanted(int column, const QString& typed);
    void orderWanted(int column, bool descending);

private:
    void addFilters();
    void addSame();
    void addOrders();
    void addFilter(const QString& text, int column, const QString& typed);

    HistoryTableModel& m_model;
    TableGrid& m_grid;
    TableSelection& m_selection;
    QModelIndex m_cell;
};

} // namespace nextquill::ui
