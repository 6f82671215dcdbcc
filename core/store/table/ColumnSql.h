// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/FilterExpression.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nextquill::store {

class Query;

/// A value for a question mark.
using SqlValue = std::variant<std::int64_t, double, std::string>;

/// A piece of a statement with the values of its question marks, in their order.
struct SqlPart
{
    std::string sql;
    std::vector<SqlValue> values;

    SqlPart& operator+=(const SqlPart& other);
    SqlPart& operator+=(std::string_view text);
};

void bindAll(Query& query, const std::vector<SqlValue>& values);

/// What an item is called: written as the index items_by_title has it, so that it is used.
inline constexpr const char* itemTitleSql = "CASE i.title WHEN '' THEN i.asin ELSE i.title END";

/// A column of a row, where tables are called r (reviews), u (users), i (items) and x (texts).
[[nodiscard]] std::string columnSql(TableKind table, std::string_view column);

/// What a condition says of `value`; the functions of TextFunctions must be there.
[[nodiscard]] SqlPart conditionSql(const TableColumn& column, const ColumnCondition& condition,
                                   const std::string& value);

} // namespace nextquill::store
