// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace nextquill::ui {

class HistoryTable;
class ProjectSession;
class SelectionActs;

/// What can be done with the chosen rows of a table: in its cells' menu, by its keys, and for a bar
/// below it.
///
/// Owners  the table owns it
class TableActs : public QObject
{
    Q_OBJECT

public:
    TableActs(ProjectSession& session, HistoryTable& table);

    [[nodiscard]] SelectionActs& acts() { return *m_acts; }

private:
    void takeSelection();

    HistoryTable& m_table;
    SelectionActs* m_acts;
};

} // namespace nextquill::ui
