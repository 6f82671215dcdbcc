// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/Cells.h"

#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/table/ColumnSql.h"
#include "core/store/table/TypedValue.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::size_t longestCell = std::size_t{64} << 20;

/// At most so many bytes, cut at a code point.
std::string shortened(std::string text, std::size_t bytes)
{
    if (text.size() <= bytes) {
        return text;
    }
    std::size_t end = bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    text.resize(end);
    return text + "…";
}

std::string cellStatement(TableKind table, const std::vector<const TableColumn*>& columns,
                          std::size_t longestText)
{
    std::string statement = "SELECT 1";
    for (const TableColumn* const column : columns) {
        // A character has a byte at least: what is more is not needed to see that it is longer.
        statement += column->type == ColumnType::Text
                         ? fmt::format(", substr({}, 1, {})", columnSql(table, column->name),
                                       longestText + 1)
                         : ", " + columnSql(table, column->name);
    }
    switch (table) {
    case TableKind::Reviews:
        return statement + " FROM reviews r JOIN users u ON u.id = r.user_id "
                           "JOIN items i ON i.id = r.item_id JOIN texts x ON x.id = r.id "
                           "WHERE r.id = ? AND r.excluded < 2";
    case TableKind::Users:
        return statement + " FROM users u WHERE u.id = ? AND u.merged_into = 0";
    case TableKind::Items:
        break;
    }
    return statement + " FROM items i WHERE i.id = ?";
}

} // namespace

CellReader::CellReader(Connection& connection, TableKind table,
                       const std::vector<std::string>& columns, std::size_t longestText)
    : m_longestText{longestText == 0 ? longestCell : longestText}
{
    for (const std::string& name : columns.empty() ? firstColumns(table) : columns) {
        m_columns.push_back(&columnOf(table, name));
    }
    m_query = std::make_unique<Query>(connection, cellStatement(table, m_columns, m_longestText));
}

CellReader::~CellReader() = default;

bool CellReader::read(std::int64_t id, std::vector<Cell>& cells)
{
    cells.clear();
    if (!m_query->with(id).next()) {
        return false;
    }
    int at = 0;
    for (const TableColumn* const column : m_columns) {
        ++at;
        switch (column->type) {
        case ColumnType::Text:
        case ColumnType::Tags:
            cells.emplace_back(shortened(m_query->text(at), m_longestText));
            break;
        case ColumnType::Real:
            cells.emplace_back(m_query->real(at));
            break;
        case ColumnType::Integer:
        case ColumnType::Time:
        case ColumnType::Flag:
            cells.emplace_back(m_query->integer(at));
            break;
        }
    }
    return true;
}

std::string cellText(const TableColumn& column, const Cell& cell)
{
    if (const auto* const text = std::get_if<std::string>(&cell)) {
        return *text;
    }
    if (const auto* const real = std::get_if<double>(&cell)) {
        return typedValue(column.type, *real);
    }
    const auto* const whole = std::get_if<std::int64_t>(&cell);
    if (whole == nullptr) {
        return {};
    }
    const bool isPlain = column.type == ColumnType::Integer || column.type == ColumnType::Real;
    return isPlain ? std::to_string(*whole) : typedValue(column.type, static_cast<double>(*whole));
}

} // namespace nextquill::store
