// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/ModelEntry.h"

#include <QAbstractTableModel>

#include <memory>
#include <string>
#include <vector>

namespace nextquill::ui {

/// The list of models: name, what it is, size on the disk, state.
class ModelTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, What, Size, State, columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(std::vector<ModelEntry> entries);
    void setSummary(int row, std::shared_ptr<const workflow::ModelSummary> summary);
    void setVerified(int row, workflow::VerifiedModel verified);

    [[nodiscard]] const ModelEntry& entry(int row) const
    {
        return m_entries.at(static_cast<std::size_t>(row));
    }
    [[nodiscard]] const std::vector<ModelEntry>& entries() const { return m_entries; }
    [[nodiscard]] int rowOf(const std::string& name) const; ///< -1: not there

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    void announce(int row);

    std::vector<ModelEntry> m_entries;
};

} // namespace nextquill::ui
