// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a view reads from the model: counts, cells and titles. The reading is in
// HistoryTableModel.cpp.
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ShownText.h"

namespace nextquill::ui {

RowCount HistoryTableModel::count() const
{
    RowCount count{.rows = m_rows, .total = m_total};
    count.exact = m_fences && m_fences->complete && !m_asking;
    if (m_query.filter.isEmpty() && !count.exact) {
        count.rows = m_total; // kept in the project: nothing to count
        count.exact = true;
    }
    if (count.exact && m_fences && m_fences->complete) {
        count.rows = m_fences->rows;
    }
    return count;
}

int HistoryTableModel::rowOf(std::int64_t id) const
{
    const std::int64_t row = m_pages.find(id);
    return row < m_rows ? static_cast<int>(row) : -1;
}

const store::Cell* HistoryTableModel::cell(int row, int column) const
{
    const store::TableRow* held = m_pages.row(row);
    const int at = m_cells.at(static_cast<std::size_t>(column));
    if (held == nullptr || at < 0 || static_cast<std::size_t>(at) >= held->cells.size()) {
        return nullptr;
    }
    return &held->cells[static_cast<std::size_t>(at)];
}

int HistoryTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows);
}

int HistoryTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(store::columnsOf(m_table).size());
}

QVariant HistoryTableModel::textAlignment(int number) const
{
    const bool right = isNumeric(column(number));
    return QVariant::fromValue(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft));
}

QVariant HistoryTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    switch (role) {
    case Qt::TextAlignmentRole:
        return textAlignment(index.column());
    case LoadedRole:
        return m_pages.row(index.row()) != nullptr;
    case ExcludedRole: {
        const int number = columnNumber("excluded");
        const store::Cell* excluded = number < 0 ? nullptr : cell(index.row(), number);
        const auto* flag = excluded != nullptr ? std::get_if<std::int64_t>(excluded) : nullptr;
        return flag != nullptr && *flag != 0;
    }
    default:
        break;
    }
    const store::Cell* value = cell(index.row(), index.column());
    if (value == nullptr) {
        return {};
    }
    const store::TableColumn& kind = column(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return shownCell(kind, *value);
    case Qt::ToolTipRole: {
        const auto* text = std::get_if<std::string>(value);
        return text != nullptr ? QVariant{shown(*text).toHtmlEscaped()} : QVariant{};
    }
    case TextRole:
        return shown(store::cellText(kind, *value));
    default:
        return {};
    }
}

QVariant HistoryTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    switch (role) {
    case Qt::DisplayRole:
        return columnTitle(m_table, column(section));
    case Qt::ToolTipRole:
        return columnHelp(m_table, column(section));
    case Qt::TextAlignmentRole:
        return textAlignment(section);
    default:
        return {};
    }
}

} // namespace nextquill::ui
