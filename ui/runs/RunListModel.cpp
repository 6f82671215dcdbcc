// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunListModel.h"

#include "ui/project/ShownText.h"

#include <utility>

namespace nextquill::ui {

namespace {

QVariant alignment(int column)
{
    const bool number = column >= RunListModel::Steps;
    return QVariant::fromValue((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace

void RunListModel::setRuns(std::vector<store::RunRow> runs)
{
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

int RunListModel::rowOf(const std::string& name) const
{
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        if (m_runs[i].name == name) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns);
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const store::RunRow& row = run(index.row());
    if (role == Qt::ToolTipRole && !row.error.empty()) {
        return shown(row.error);
    }
    if (role == Qt::TextAlignmentRole) {
        return alignment(index.column());
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case Name:
        return shown(row.name);
    case State:
        return shown(store::name(row.state));
    case Objective:
        return shown(row.objective);
    case Steps:
        return shownFigure(row.summary, "step", 0);
    default:
        return shownFigure(row.summary, "held_out_loss", 3);
    }
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        return alignment(section); // a title stands as its column does
    }
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const QStringList titles{tr("Run"), tr("State"), tr("Objective"), tr("Steps"), tr("Held-out")};
    return titles.at(section);
}

} // namespace nextquill::ui
