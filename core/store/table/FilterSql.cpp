// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/FilterSql.h"

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/ReviewIndices.h"
#include "core/store/SearchExpression.h"
#include "core/store/table/ScannedSearch.h"
#include "core/store/table/TextFunctions.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

/// Rows that a statement gives, or the sum of what it gives: it ends where enough are counted.
std::int64_t estimate(Connection& connection, const SqlPart& statement, std::int64_t most,
                      bool sums)
{
    Query query{connection, statement.sql};
    bindAll(query.with(), statement.values);
    std::int64_t rows = 0;
    while (rows < most && query.next()) {
        rows += sums ? query.integer(0) : 1;
    }
    return std::min(rows, most);
}

SqlPart wrapped(std::string before, const SqlPart& inside, std::string_view after)
{
    SqlPart part{std::move(before), {}};
    part += inside;
    part += after;
    return part;
}

/// A property of the review's user or item: which of these it is true of is found first.
FilterPart ofAnother(Connection& connection, const TableColumn& column,
                     const ColumnCondition& condition)
{
    const bool user = column.of == "user";
    const SqlPart inside =
        conditionSql(column, condition, columnSql(TableKind::Reviews, column.name));
    const std::string table = user ? "users u" : "items i";
    const std::string id = user ? "u.id" : "i.id";
    const std::string key = user ? "r.user_id" : "r.item_id";
    FilterPart part;
    part.test =
        wrapped(fmt::format("+{} IN (SELECT {} FROM {} WHERE ", key, id, table), inside, ")");
    part.finds =
        wrapped(fmt::format("{} IN (SELECT {} FROM {} WHERE ", key, id, table), inside, ")");
    part.path = user ? RowPath::ByUser : RowPath::ByItem;
    part.rows = estimate(connection,
                         wrapped(fmt::format("SELECT {} + 1 FROM {} WHERE ",
                                             user ? "u.reviews" : "i.reviews", table),
                                 inside, ""),
                         mostEstimated, true);
    return part;
}

FilterPart ofTags(Connection& connection, const TableColumn& column, ColumnCondition condition)
{
    const bool none =
        condition.comparison == Comparison::Empty || condition.comparison == Comparison::NotEqual;
    const bool any =
        condition.comparison == Comparison::Empty || condition.comparison == Comparison::NotEmpty;
    if (condition.comparison == Comparison::NotEqual) {
        condition.comparison = Comparison::Equal;
    }
    const SqlPart tag =
        any ? SqlPart{"1", {}} : conditionSql(column, condition, std::string{"t.name"});
    const SqlPart tags = wrapped("rt.tag_id IN (SELECT t.id FROM tags t WHERE ", tag, ")");
    FilterPart part;
    part.test = wrapped(std::string{none ? "NOT " : ""} +
                            "EXISTS (SELECT 1 FROM review_tags rt WHERE rt.review_id = r.id AND ",
                        tags, ")");
    if (!none) {
        part.finds = wrapped("r.id IN (SELECT rt.review_id FROM review_tags rt WHERE ", tags, ")");
        part.path = RowPath::ById;
        part.rows = estimate(connection, wrapped("SELECT t.reviews FROM tags t WHERE ", tag, ""),
                             mostEstimated, true);
    }
    return part;
}

struct IndexedColumn
{
    std::string_view column;
    RowPath path;
    const char* index;
};

constexpr IndexedColumn indexedColumns[] = {
    {"time", RowPath::ByTime, "reviews_by_time"},
    {"rating", RowPath::ByRating, "reviews_by_rating"},
    {"words", RowPath::ByWords, "reviews_by_words"},
    {"excluded", RowPath::Out, "reviews_out"},
};

/// A number of the review itself.
FilterPart ofReview(Connection& connection, const TableColumn& column,
                    const ColumnCondition& condition)
{
    FilterPart part;
    part.test = conditionSql(column, condition, columnSql(TableKind::Reviews, column.name));
    const bool isRange = condition.comparison != Comparison::NotEqual &&
                         condition.comparison != Comparison::NotEmpty;
    if (column.name == "id" && isRange) {
        part.path = RowPath::ById;
        part.finds = part.test;
        const double ids =
            std::isinf(condition.low) ? condition.high : condition.high - condition.low + 1;
        const bool open = condition.comparison == Comparison::Greater ||
                          condition.comparison == Comparison::GreaterEqual;
        part.rows = open || ids > static_cast<double>(mostEstimated)
                        ? mostEstimated
                        : static_cast<std::int64_t>(std::max(ids, 0.0));
        return part;
    }
    const auto* const known =
        std::ranges::find(indexedColumns, column.name, &IndexedColumn::column);
    const bool isIn = column.name == "excluded" && part.test.sql.find("> 0") == std::string::npos;
    if (known == std::end(indexedColumns) || !isRange || isIn ||
        !hasIndex(connection, known->index)) {
        return part;
    }
    part.path = known->path;
    part.finds = part.test;
    part.rows =
        estimate(connection,
                 wrapped(fmt::format("SELECT 1 FROM reviews r INDEXED BY {} WHERE ", known->index),
                         part.test, ""),
                 mostEstimated, false);
    return part;
}

FilterPart ofReviews(Connection& connection, const ColumnCondition& condition)
{
    const TableColumn& column = columnOf(TableKind::Reviews, condition.column);
    if (!column.of.empty()) {
        return ofAnother(connection, column, condition);
    }
    if (column.type == ColumnType::Tags) {
        return ofTags(connection, column, condition);
    }
    if (column.type == ColumnType::Text) {
        return {.test = conditionSql(column, condition,
                                     fmt::format("(SELECT {} FROM texts x WHERE x.id = r.id)",
                                                 columnSql(TableKind::Reviews, column.name))),
                .path = RowPath::None,
                .finds = {},
                .rows = -1};
    }
    return ofReview(connection, column, condition);
}

/// Without the index there is a table of hits on this connection (ScannedSearch).
FilterPart ofSearch(Connection& connection, const std::string& search)
{
    FilterPart part;
    if (!FullTextIndex::isThere(connection)) {
        part.test = {"r.id IN (SELECT id FROM temp.found)", {}};
        return part;
    }
    const std::string words = fullTextQuery(search);
    part.path = RowPath::Search;
    part.finds = {"reviews_text MATCH ?", {words}};
    part.rows =
        estimate(connection, {"SELECT 1 FROM reviews_text WHERE reviews_text MATCH ?", {words}},
                 mostHitsEstimated, false);
    part.test =
        part.rows < mostHitsEstimated
            ? SqlPart{"+r.id IN (SELECT rowid FROM reviews_text WHERE reviews_text MATCH ?)",
                      {words}}
            : SqlPart{"EXISTS (SELECT 1 FROM reviews_text WHERE reviews_text MATCH ? AND "
                      "reviews_text.rowid = r.id)",
                      {words}};
    return part;
}

/// Tests that read texts come last, those of other tables before them.
int costOf(const FilterPart& part)
{
    if (part.test.sql.find("FROM texts") != std::string::npos) {
        return 2;
    }
    return part.test.sql.find("SELECT") != std::string::npos ? 1 : 0;
}

bool canTest(Connection& connection, const std::string& search)
{
    return FullTextIndex::isThere(connection) || hasListedHits(connection, search);
}

} // namespace

std::vector<FilterPart> filterParts(Connection& connection, const FilterExpression& filter)
{
    addTextFunctions(connection);
    std::vector<FilterPart> parts;
    for (const ColumnCondition& condition : filter.conditions()) {
        if (filter.table() == TableKind::Reviews) {
            parts.push_back(ofReviews(connection, condition));
        } else {
            const TableColumn& column = columnOf(filter.table(), condition.column);
            parts.push_back(
                {.test = conditionSql(column, condition, columnSql(filter.table(), column.name)),
                 .path = RowPath::None,
                 .finds = {},
                 .rows = -1});
        }
    }
    if (!filter.search().empty() && canTest(connection, filter.search())) {
        parts.push_back(ofSearch(connection, filter.search()));
    }
    std::ranges::stable_sort(parts, {}, costOf);
    return parts;
}

SqlPart conditionsOf(const std::vector<FilterPart>& parts, const FilterPart* without)
{
    SqlPart all;
    for (const FilterPart& part : parts) {
        if (&part != without) {
            all += " AND ";
            all += part.test;
        }
    }
    return all;
}

std::string hidingDeleted(Connection& connection, TableKind table)
{
    if (table == TableKind::Items) {
        return {};
    }
    Query query{connection, "SELECT deleted FROM totals"};
    const bool any = query.next() && query.integer(0) > 0;
    if (table == TableKind::Reviews) {
        return any ? " AND r.excluded < 2" : "";
    }
    return std::string{" AND u.merged_into = 0"} +
           (any ? " AND (u.reviews > 0 OR EXISTS (SELECT 1 FROM reviews r WHERE "
                  "r.user_id = u.id AND r.excluded < 2))"
                : "");
}

} // namespace nextquill::store
