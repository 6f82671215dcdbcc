// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunListModel.h"

#include "ui/project/ShownText.h"

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

QVariant alignment(int column)
{
    const bool number = column >= RunListModel::Steps;
    return QVariant::fromValue((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

/// 0: goes on, 1: waits in the queue, 2: neither.
int rankOf(const store::RunRow& row)
{
    return row.state == store::RunState::Running ? 0 : row.isInQueue() ? 1 : 2;
}

} // namespace

bool RunListModel::setRuns(std::vector<store::RunRow> runs)
{
    std::ranges::stable_sort(runs, {}, [](const store::RunRow& row) {
        return std::pair{rankOf(row), row.isInQueue() ? row.place : std::int64_t{0}};
    });
    if (runs == m_runs) {
        return false;
    }
    beginResetModel();
    m_runs = std::move(runs);
    m_running = static_cast<int>(std::ranges::count(m_runs, 0, rankOf));
    m_waiting = static_cast<int>(std::ranges::count(m_runs, 1, rankOf));
    endResetModel();
    return true;
}

int RunListModel::placeOf(int row) const
{
    const bool waits = row >= m_running && row < m_running + m_waiting;
    return waits ? row - m_running + 1 : 0;
}

QString RunListModel::stateOf(int row) const
{
    const store::RunRow& entry = run(row);
    const QString state = shown(store::name(entry.state));
    if (const int place = placeOf(row); place > 0) {
        return tr("%1, place %2").arg(state).arg(place);
    }
    const bool elsewhere =
        entry.state == store::RunState::Running && entry.process != thisProcess();
    return elsewhere ? tr("runs elsewhere") : state;
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
    if (role == Qt::ToolTipRole) {
        return row.process.id > 0 ? shown(nameOf(row.process)) : shown(row.error);
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
        return stateOf(index.row());
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
