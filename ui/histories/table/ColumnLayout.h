// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include <string>
#include <vector>

class QMenu;
class QTimer;

namespace nextquill::ui {

class HistoryTableModel;
class TableGrid;

/// Which columns of a table are shown, in which order and how wide; kept in the settings.
class ColumnLayout : public QObject
{
    Q_OBJECT

public:
    ColumnLayout(HistoryTableModel& model, TableGrid& grid);

    /// As it was left, else as at first.
    void restore();
    void reset();
    /// From left to right; others are hidden. Names that there are not do nothing.
    void setColumns(const std::vector<std::string>& names);
    [[nodiscard]] std::vector<std::string> columns() const;
    void setShown(int column, bool shown);

    /// One tick for each column, and what brings the first layout back.
    void fillMenu(QMenu& menu);

Q_SIGNALS:
    void columnsChanged(); ///< shown or hidden

private:
    void save();
    [[nodiscard]] QString key() const;
    [[nodiscard]] int firstWidth(int column) const;
    void tellModel();

    HistoryTableModel& m_model;
    TableGrid& m_grid;
    QTimer* m_saveLater;
    bool m_arranging = false;
};

} // namespace nextquill::ui
