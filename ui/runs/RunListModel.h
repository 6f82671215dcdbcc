// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/RunLedger.h"

#include <QAbstractTableModel>

#include <vector>

namespace nextquill::ui {

/// The ledger of runs: those that go on, then those that wait, in their order, then the others,
/// newest first.
class RunListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, State, Objective, Steps, HeldOut, columns };

    using QAbstractTableModel::QAbstractTableModel;

    /// As the ledger has them. False where nothing has changed.
    bool setRuns(std::vector<store::RunRow> runs);
    /// Place in the queue, from 1; 0: the run does not wait in it.
    [[nodiscard]] int placeOf(int row) const;
    [[nodiscard]] int waitingRuns() const { return m_waiting; }
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
    [[nodiscard]] QString stateOf(int row) const;

    std::vector<store::RunRow> m_runs;
    int m_running = 0;
    int m_waiting = 0;
};

} // namespace nextquill::ui
