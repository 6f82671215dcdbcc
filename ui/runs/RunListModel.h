// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/RunLedger.h"

#include <QAbstractTableModel>

#include <vector>

namespace nextquill::ui {

/// The ledger of runs, newest first.
class RunListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, State, Objective, Steps, HeldOut, columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(std::vector<store::RunRow> runs);
    [[nodiscard]] const store::RunRow& run(int row) const
    {
        return m_runs.at(static_cast<std::size_t>(row));
    }
    [[nodiscard]] int rowOf(const std::string& name) const; ///< -1: not there

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    std::vector<store::RunRow> m_runs;
};

} // namespace nextquill::ui
