// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/EffectSummary.h"

#include <QAbstractTableModel>
#include <QString>

#include <memory>
#include <vector>

namespace nextquill::ui {

/// Groups of a summary as rows: name, bar of the mean PCE with its interval, and the figures.
class EffectGroupsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Bar, MeanPce, Above, Tokens, Texts, Bits, columns };

    /// Figures of a bar, for EffectBarDelegate: mean, low, high, whether there is an interval (of
    /// one place there is none), and the longest bar of the list.
    enum Role { MeanRole = Qt::UserRole, LowRole, HighRole, HasIntervalRole, LongestRole };

    /// `title` heads the column of names.
    explicit EffectGroupsModel(const QString& title, QObject* parent = nullptr);

    /// Never nullptr. Shared: with their places they are as large as what they were counted from.
    using Groups = std::shared_ptr<const std::vector<workflow::EffectGroup>>;
    void setGroups(Groups groups);
    [[nodiscard]] const workflow::EffectGroup& group(int row) const
    {
        return (*m_groups)[static_cast<std::size_t>(row)];
    }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QString shownCell(const workflow::EffectGroup& group, int column) const;
    [[nodiscard]] QString sentence(const workflow::EffectGroup& group) const;

    QString m_title;
    Groups m_groups = std::make_shared<std::vector<workflow::EffectGroup>>();
    double m_longest = 0; ///< largest magnitude of all means and interval ends
};

} // namespace nextquill::ui
