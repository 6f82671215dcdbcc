// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TableColumns.h"

#include "core/base/Error.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

using enum ColumnType;

const std::vector<TableColumn>& reviewColumnList()
{
    static const std::vector<TableColumn> columns{
        {.name = "id", .type = Integer, .sortable = true, .shownAtFirst = false},
        {.name = "user", .type = Text, .sortable = true, .of = "user"},
        {.name = "item", .type = Text, .sortable = true, .of = "item"},
        {.name = "asin", .type = Text, .shownAtFirst = false, .of = "item"},
        {.name = "rating", .type = Real, .sortable = true, .hasHistogram = true, .editable = true},
        {.name = "title", .type = Text, .editable = true},
        {.name = "words", .type = Integer, .sortable = true, .hasHistogram = true},
        {.name = "time", .type = Time, .sortable = true, .hasHistogram = true},
        {.name = "excluded", .type = Flag, .hasHistogram = true},
        {.name = "tags", .type = Tags, .editable = true},
        {.name = "text", .type = Text, .editable = true},
        {.name = "user_reviews",
         .type = Integer,
         .hasHistogram = true,
         .shownAtFirst = false,
         .of = "user"},
    };
    return columns;
}

const std::vector<TableColumn>& userColumnList()
{
    static const std::vector<TableColumn> columns{
        {.name = "id", .type = Integer, .sortable = true, .shownAtFirst = false},
        {.name = "user", .type = Text, .sortable = true},
        {.name = "reviews", .type = Integer, .sortable = true, .hasHistogram = true},
        {.name = "words", .type = Real, .sortable = true, .hasHistogram = true},
        {.name = "rating", .type = Real, .sortable = true, .hasHistogram = true},
        {.name = "first", .type = Time, .sortable = true, .hasHistogram = true},
        {.name = "last", .type = Time, .sortable = true, .hasHistogram = true},
    };
    return columns;
}

const std::vector<TableColumn>& itemColumnList()
{
    static const std::vector<TableColumn> columns{
        {.name = "id", .type = Integer, .sortable = true, .shownAtFirst = false},
        {.name = "item", .type = Text, .sortable = true},
        {.name = "asin", .type = Text, .sortable = true},
        {.name = "reviews", .type = Integer, .sortable = true, .hasHistogram = true},
        {.name = "description", .type = Text},
    };
    return columns;
}

std::string namesOf(const std::vector<TableColumn>& columns, bool sortableOnly)
{
    std::string names;
    for (const TableColumn& column : columns) {
        if (column.sortable || !sortableOnly) {
            names += (names.empty() ? "" : ", ") + std::string{column.name};
        }
    }
    return names;
}

} // namespace

std::string_view nameOf(TableKind table)
{
    switch (table) {
    case TableKind::Reviews:
        return "reviews";
    case TableKind::Users:
        return "users";
    case TableKind::Items:
        break;
    }
    return "items";
}

const std::vector<TableColumn>& columnsOf(TableKind table)
{
    switch (table) {
    case TableKind::Reviews:
        return reviewColumnList();
    case TableKind::Users:
        return userColumnList();
    case TableKind::Items:
        break;
    }
    return itemColumnList();
}

const TableColumn* findColumn(TableKind table, std::string_view name)
{
    const auto& columns = columnsOf(table);
    const auto found = std::ranges::find(columns, name, &TableColumn::name);
    return found == columns.end() ? nullptr : &*found;
}

const TableColumn& columnOf(TableKind table, std::string_view name)
{
    if (const TableColumn* const column = findColumn(table, name)) {
        return *column;
    }
    throw Error{ErrorKind::BadInput, fmt::format("there is no column \"{}\"", name),
                fmt::format("table of {}", nameOf(table)),
                "columns are " + namesOf(columnsOf(table), false)};
}

std::vector<std::string> firstColumns(TableKind table)
{
    std::vector<std::string> names;
    for (const TableColumn& column : columnsOf(table)) {
        if (column.shownAtFirst) {
            names.emplace_back(column.name);
        }
    }
    return names;
}

std::string toText(const TableOrder& order)
{
    return (order.descending ? "-" : "") + order.column;
}

TableOrder orderFrom(TableKind table, std::string_view text)
{
    const bool descending = text.starts_with('-');
    text.remove_prefix(descending ? 1 : 0);
    const TableColumn& column = columnOf(table, text);
    if (!column.sortable) {
        throw Error{ErrorKind::BadInput, fmt::format("rows cannot be sorted by \"{}\"", text),
                    fmt::format("table of {}", nameOf(table)),
                    "sort by " + namesOf(columnsOf(table), true)};
    }
    return {.column = std::string{column.name}, .descending = descending};
}

} // namespace nextquill::store
