// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/ColumnSql.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"

#include <cmath>
#include <map>

namespace nextquill::store {

namespace {

const std::map<std::string_view, std::string, std::less<>>& columnsOfReviews()
{
    static const std::map<std::string_view, std::string, std::less<>> columns{
        {"id", "r.id"},
        {"user", "u.name"},
        {"item", itemTitleSql},
        {"asin", "i.asin"},
        {"rating", "r.rating"},
        {"title", "x.title"},
        {"words", "r.words"},
        {"time", "r.time"},
        {"excluded", "r.excluded"},
        {"tags", "(SELECT group_concat(name, ', ') FROM (SELECT t.name FROM review_tags rt JOIN "
                 "tags t ON t.id = rt.tag_id WHERE rt.review_id = r.id ORDER BY t.name))"},
        {"text", "x.text"},
        {"user_reviews", "u.reviews"},
    };
    return columns;
}

const std::map<std::string_view, std::string, std::less<>>& columnsOfUsers()
{
    static const std::map<std::string_view, std::string, std::less<>> columns{
        {"id", "u.id"},
        {"user", "u.name"},
        {"reviews", "u.reviews"},
        {"words", "u.mean_words"},
        {"rating", "u.mean_rating"},
        {"first", "u.first_time"},
        {"last", "u.last_time"},
    };
    return columns;
}

const std::map<std::string_view, std::string, std::less<>>& columnsOfItems()
{
    static const std::map<std::string_view, std::string, std::less<>> columns{
        {"id", "i.id"},           {"item", itemTitleSql},           {"asin", "i.asin"},
        {"reviews", "i.reviews"}, {"description", "i.description"},
    };
    return columns;
}

bool isTextual(ColumnType type)
{
    return type == ColumnType::Text || type == ColumnType::Tags;
}

/// Whole numbers as such: an index of them is searched without a change of type.
SqlValue numberFor(ColumnType type, double value)
{
    constexpr double exact = 9'007'199'254'740'992.0;
    if (type != ColumnType::Real && std::abs(value) <= exact && std::floor(value) == value) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

SqlPart textCondition(const ColumnCondition& condition, const std::string& value)
{
    switch (condition.comparison) {
    case Comparison::Contains:
        return {"nq_contains(" + value + ", ?)", {condition.text}};
    case Comparison::Equal:
        return {value + " = ?", {condition.text}};
    case Comparison::NotEqual:
        return {value + " <> ?", {condition.text}};
    case Comparison::Less:
        return {value + " < ?", {condition.text}};
    case Comparison::LessEqual:
        return {value + " <= ?", {condition.text}};
    case Comparison::Greater:
        return {value + " > ?", {condition.text}};
    case Comparison::GreaterEqual:
        return {value + " >= ?", {condition.text}};
    case Comparison::Matches:
        return {"nq_matches(" + value + ", ?)", {(condition.anyCase ? "i" : "-") + condition.text}};
    case Comparison::Empty:
        return {value + " = ''", {}};
    case Comparison::NotEmpty:
        return {value + " <> ''", {}};
    case Comparison::Between:
        break;
    }
    throw Error{ErrorKind::Internal, "texts have no ranges", condition.column, "report this"};
}

SqlPart rangeCondition(ColumnType type, const ColumnCondition& condition, const std::string& value)
{
    const SqlValue low = numberFor(type, condition.low);
    const SqlValue high = numberFor(type, condition.high);
    if (std::isinf(condition.low)) {
        return {value + " <= ?", {high}};
    }
    if (std::isinf(condition.high)) {
        return {value + " >= ?", {low}};
    }
    if (condition.low == condition.high) {
        return {value + " = ?", {low}};
    }
    return {value + " BETWEEN ? AND ?", {low, high}};
}

SqlPart numberCondition(ColumnType type, const ColumnCondition& condition, const std::string& value)
{
    const SqlValue low = numberFor(type, condition.low);
    const SqlValue high = numberFor(type, condition.high);
    switch (condition.comparison) {
    case Comparison::Contains:
    case Comparison::Equal:
    case Comparison::Between:
        return rangeCondition(type, condition, value);
    case Comparison::NotEqual:
        return {"(" + value + " < ? OR " + value + " > ?)", {low, high}};
    case Comparison::Less:
        return {value + " < ?", {low}};
    case Comparison::LessEqual:
        return {value + " <= ?", {high}};
    case Comparison::Greater:
        return {value + " > ?", {high}};
    case Comparison::GreaterEqual:
        return {value + " >= ?", {low}};
    case Comparison::Empty:
        return {value + " = 0", {}};
    case Comparison::NotEmpty:
        return {value + " <> 0", {}};
    case Comparison::Matches:
        break;
    }
    throw Error{ErrorKind::Internal, "numbers have no patterns", condition.column, "report this"};
}

/// The second term lets the index of what is out be used.
SqlPart flagCondition(const ColumnCondition& condition, const std::string& value)
{
    const bool yes = (condition.low != 0) != (condition.comparison == Comparison::NotEqual);
    return {yes ? "(" + value + " = 1 AND " + value + " > 0)" : value + " = 0", {}};
}

} // namespace

SqlPart& SqlPart::operator+=(const SqlPart& other)
{
    sql += other.sql;
    values.insert(values.end(), other.values.begin(), other.values.end());
    return *this;
}

SqlPart& SqlPart::operator+=(std::string_view text)
{
    sql += text;
    return *this;
}

void bindAll(Query& query, const std::vector<SqlValue>& values)
{
    for (const SqlValue& value : values) {
        std::visit([&](const auto& v) { query.bindNext(v); }, value);
    }
}

std::string columnSql(TableKind table, std::string_view column)
{
    const auto& columns = table == TableKind::Reviews ? columnsOfReviews()
                          : table == TableKind::Users ? columnsOfUsers()
                                                      : columnsOfItems();
    return columns.at(column);
}

SqlPart conditionSql(const TableColumn& column, const ColumnCondition& condition,
                     const std::string& value)
{
    if (isTextual(column.type)) {
        return textCondition(condition, value);
    }
    return column.type == ColumnType::Flag ? flagCondition(condition, value)
                                           : numberCondition(column.type, condition, value);
}

} // namespace nextquill::store
