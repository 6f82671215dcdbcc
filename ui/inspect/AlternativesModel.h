// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace nextquill::ui {

/// The likeliest tokens of both worlds side by side: with history, p, without, p.
class AlternativesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    struct Entry
    {
        QString text;
        float p = 0;
    };

    enum Column { WithText, WithP, WithoutText, WithoutP, columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setAlternatives(std::vector<Entry> with, std::vector<Entry> without);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    std::vector<Entry> m_with;
    std::vector<Entry> m_without;
};

} // namespace nextquill::ui
