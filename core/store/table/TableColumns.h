// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// The tables of the histories.
enum class TableKind { Reviews, Users, Items };

/// "reviews", "users", "items": in files and on the command line.
[[nodiscard]] std::string_view nameOf(TableKind table);

enum class ColumnType {
    Text,    ///< as it is
    Integer, ///< a count or an id
    Real,    ///< a rating or a mean
    Time,    ///< milliseconds since 1970, UTC; typed and written as "2013-02-11"
    Flag,    ///< "yes" or "no"
    Tags,    ///< names, joined by ", " in a row
};

/// One column of a table. Its name is what filters, orders, saved views and the command line call
/// it; windows have their own words for it.
struct TableColumn
{
    std::string_view name;
    ColumnType type = ColumnType::Text;
    bool sortable = false;     ///< rows can be had in its order without sorting all of them
    bool hasHistogram = false; ///< its values can be counted in bars
    bool editable = false;     ///< TableCuration can change it
    bool shownAtFirst = true;  ///< part of the table before anybody chose columns
    std::string_view of = {};  ///< a property of something else: "user", "item"; empty: of the row
};

/// All columns of a table, in the order in which they are shown at first.
///
///   reviews  id user item asin rating title words time excluded tags text user_reviews
///   users    id user reviews words rating first last
///   items    id item asin reviews description
[[nodiscard]] const std::vector<TableColumn>& columnsOf(TableKind table);

/// The column of that name, or null.
[[nodiscard]] const TableColumn* findColumn(TableKind table, std::string_view name);

/// The same; throws Error(BadInput) that names the columns there are.
[[nodiscard]] const TableColumn& columnOf(TableKind table, std::string_view name);

/// Names of the columns that are shown at first.
[[nodiscard]] std::vector<std::string> firstColumns(TableKind table);

/// In which order rows come. Every order ends with the row's id, so that no two rows tie.
struct TableOrder
{
    std::string column = "id";
    bool descending = false;

    [[nodiscard]] bool operator==(const TableOrder&) const = default;
};

/// "time" or "-time" (descending), as saved and typed.
[[nodiscard]] std::string toText(const TableOrder& order);

/// Throws Error(BadInput) for a column that there is not, or that is not sortable.
[[nodiscard]] TableOrder orderFrom(TableKind table, std::string_view text);

} // namespace nextquill::store
