// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

namespace nextquill::ui {

class EmptyState;
class HistoryTableModel;
class TableGrid;

/// Lies over a table's rows while a filter matches none, says so and offers to take the last
/// condition away, or all of them.
class NoRowsCover : public QWidget
{
    Q_OBJECT

public:
    NoRowsCover(HistoryTableModel& model, TableGrid& grid);

Q_SIGNALS:
    void removeWanted(const QString& column); ///< that column's filter; empty: the search
    void removeAllWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void look();

    HistoryTableModel& m_model;
    TableGrid& m_grid;
    EmptyState* m_content;
    QString m_lastColumn;
};

} // namespace nextquill::ui
