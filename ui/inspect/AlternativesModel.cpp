// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/AlternativesModel.h"

#include <algorithm>
#include <utility>

namespace nextquill::ui {

void AlternativesModel::setAlternatives(std::vector<Entry> with, std::vector<Entry> without)
{
    beginResetModel();
    m_with = std::move(with);
    m_without = std::move(without);
    endResetModel();
}

int AlternativesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(std::max(m_with.size(), m_without.size()));
}

int AlternativesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns);
}

QVariant AlternativesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const bool number = index.column() == WithP || index.column() == WithoutP;
    if (role == Qt::TextAlignmentRole && number) {
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    }
    const std::vector<Entry>& world = index.column() <= WithP ? m_with : m_without;
    const auto row = static_cast<std::size_t>(index.row());
    if (role != Qt::DisplayRole || row >= world.size()) {
        return {};
    }
    return number ? QString::number(static_cast<double>(world[row].p), 'f', 3) : world[row].text;
}

QVariant AlternativesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case WithText:
        return tr("With");
    case WithoutText:
        return tr("Without");
    default:
        return tr("p");
    }
}

} // namespace nextquill::ui
