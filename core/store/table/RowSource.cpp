// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/RowSource.h"

#include "core/store/Connection.h"
#include "core/store/ReviewIndices.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace nextquill::store {

namespace {

/// A page in another order than the hits come in: so many are found and sorted, more are walked to.
constexpr std::int64_t mostSorted = mostEstimated;

const char* indexOf(RowPath path)
{
    switch (path) {
    case RowPath::ByTime:
        return "reviews_by_time";
    case RowPath::ByRating:
        return "reviews_by_rating";
    case RowPath::ByWords:
        return "reviews_by_words";
    case RowPath::ByUser:
        return "reviews_by_user";
    case RowPath::ByItem:
        return "reviews_by_item";
    case RowPath::Out:
        return "reviews_out";
    default:
        return nullptr;
    }
}

SqlValue sqlValue(const RowKey& key, std::size_t column, std::size_t columns)
{
    if (column + 1 == columns) {
        return key.id;
    }
    if (column == 0) {
        return std::visit([](const auto& value) { return SqlValue{value}; }, key.value);
    }
    return key.second;
}

} // namespace

RowSource::RowSource(Connection& connection, const FilterExpression& filter,
                     const TableOrder& order, RowPurpose purpose)
    : m_table{filter.table()}
    , m_order{orderFrom(filter.table(), toText(order))}
    , m_parts{filterParts(connection, filter)}
    , m_hiding{hidingDeleted(connection, filter.table())}
{
    const TableColumn& column = columnOf(m_table, m_order.column);
    m_numeric = column.type != ColumnType::Text;
    if (m_table == TableKind::Reviews) {
        chooseForReviews(connection, purpose);
    } else {
        chooseForOthers(connection);
    }
}

bool RowSource::sortsBy(RowPath path) const
{
    return (path == RowPath::ByTime && m_order.column == "time") ||
           (path == RowPath::ByRating && m_order.column == "rating") ||
           (path == RowPath::ByWords && m_order.column == "words");
}

/// The one that finds the fewest rows; none where walking is better.
const FilterPart* RowSource::bestPart(RowPurpose purpose) const
{
    const FilterPart* best = nullptr;
    for (const FilterPart& part : m_parts) {
        const bool few = part.rows < mostSorted;
        // Hits come by id: in that order, or where all rows are wanted, they need not be few.
        const bool hits =
            part.path == RowPath::Search && (m_order.column == "id" || purpose == RowPurpose::All);
        if (part.path == RowPath::None || (!few && !hits)) {
            continue;
        }
        if (best == nullptr || part.rows < best->rows) {
            best = &part;
        }
    }
    return best;
}

void RowSource::chooseForReviews(Connection& connection, RowPurpose purpose)
{
    const std::string& by = m_order.column;
    m_key = by == "user"   ? std::vector<std::string>{"u.name", "r.time", "r.id"}
            : by == "item" ? std::vector<std::string>{itemTitleSql, "i.id", "r.id"}
            : by == "id"   ? std::vector<std::string>{"r.id"}
                           : std::vector<std::string>{columnSql(m_table, by), "r.id"};
    const FilterPart* const best = bestPart(purpose);
    if (best != nullptr && !sortsBy(best->path)) {
        findReviews(connection, *best);
        return;
    }
    const bool plain = m_parts.empty() && m_hiding.empty();
    if (purpose == RowPurpose::All && !plain && by != "user" && by != "item" && by != "id") {
        m_from = "reviews r NOT INDEXED"; // in the order of the file, to be sorted
        m_ordered = false;
        return;
    }
    walkReviews(connection);
}

void RowSource::findReviews(Connection& connection, const FilterPart& part)
{
    m_finder = &part;
    m_found = {" AND ", {}};
    m_found += part.finds;
    if (part.path == RowPath::Search) {
        m_from = "reviews_text f CROSS JOIN reviews r ON r.id = f.rowid";
        if (m_order.column == "id") {
            m_key = {"f.rowid"};
        }
    } else if (const char* const index = indexOf(part.path)) {
        m_from = "reviews r" + indexedBy(connection, index);
    } else {
        m_from = "reviews r NOT INDEXED"; // by rowid
    }
    m_ordered = m_order.column == "id" && (part.path == RowPath::Search);
    if (m_order.column == "user") {
        m_from += " CROSS JOIN users u ON u.id = r.user_id";
    } else if (m_order.column == "item") {
        m_from += " CROSS JOIN items i ON i.id = r.item_id";
    }
}

void RowSource::walkReviews(Connection& connection)
{
    m_ordered = true;
    if (m_order.column == "user") {
        m_joined = true;
        m_from = fmt::format("users u CROSS JOIN reviews r{} ON r.user_id = u.id",
                             indexedBy(connection, "reviews_by_user"));
    } else if (m_order.column == "item") {
        m_joined = true;
        m_from = fmt::format("items i INDEXED BY items_by_title CROSS JOIN reviews r{} "
                             "ON r.item_id = i.id",
                             indexedBy(connection, "reviews_by_item"));
    } else if (m_order.column == "id") {
        m_from = "reviews r NOT INDEXED";
    } else if (const std::string index = "reviews_by_" + m_order.column;
               hasIndex(connection, index)) {
        m_from = "reviews r INDEXED BY " + index;
    } else {
        m_from = "reviews r NOT INDEXED";
        m_ordered = false;
    }
}

void RowSource::chooseForOthers(Connection& connection)
{
    static_cast<void>(connection);
    const std::string alias = m_table == TableKind::Users ? "u" : "i";
    const std::string value = columnSql(m_table, m_order.column);
    m_key = m_order.column == "id" ? std::vector<std::string>{alias + ".id"}
                                   : std::vector<std::string>{value, alias + ".id"};
    const bool byIndex =
        m_order.column == "id" || m_order.column == "user" || m_order.column == "asin" ||
        m_order.column == "item" ||
        (m_table == TableKind::Users && (m_order.column == "reviews" || m_order.column == "last"));
    m_ordered = byIndex;
    m_from = m_table == TableKind::Users ? "users u" : "items i";
    if (m_order.column == "item") {
        m_from += " INDEXED BY items_by_title";
    } else if (m_order.column == "last") {
        m_from += " INDEXED BY users_by_last_time";
    } else if (m_order.column == "reviews" && m_table == TableKind::Users) {
        m_from += " INDEXED BY users_by_reviews";
    } else if (m_order.column == "id" || !byIndex) {
        m_from += " NOT INDEXED";
    }
}

std::string RowSource::keySql() const
{
    return fmt::format("{}", fmt::join(m_key, ", "));
}

std::string RowSource::orderSql(bool backward) const
{
    const bool descending = m_order.descending != backward;
    std::string sql;
    for (const std::string& column : m_key) {
        // "+": the order is not what an index is chosen for.
        sql += (sql.empty() ? "" : ", ") + std::string{m_ordered ? "" : "+"} + column +
               (descending ? " DESC" : "");
    }
    return sql;
}

SqlPart RowSource::statement(const SqlPart& seek, bool backward, bool sorted) const
{
    SqlPart part{fmt::format("SELECT {} FROM {} WHERE 1", keySql(), m_from), {}};
    part += m_found;
    part += seek;
    part += m_hiding;
    part += conditionsOf(m_parts, m_finder);
    if (sorted) {
        part += " ORDER BY " + orderSql(backward);
    }
    return part;
}

/// What comes behind a key, as conditions: of a key of one table a comparison of rows, which an
/// index is sought by; of two tables first the rest of the user or item, then the next ones.
std::vector<SqlPart> RowSource::seeks(const RowKey& key, bool inclusive, bool backward) const
{
    const bool descending = m_order.descending != backward;
    const std::string sign = descending ? "<" : ">";
    const std::string orSame = inclusive ? "=" : "";
    const std::size_t columns = m_key.size();
    if (columns == 1) {
        return {{fmt::format(" AND {} {}{} ?", m_key[0], sign, orSame), {key.id}}};
    }
    const std::string plus = m_ordered ? "" : "+";
    SqlPart whole{fmt::format(" AND ({}{}) {}{} (?{})", plus, fmt::join(m_key, ", " + plus), sign,
                              orSame, columns == 3 ? ", ?, ?" : ", ?"),
                  {}};
    for (std::size_t column = 0; column < columns; ++column) {
        whole.values.push_back(sqlValue(key, column, columns));
    }
    if (!m_joined) {
        return {whole};
    }
    const SqlValue first = sqlValue(key, 0, columns);
    if (m_order.column == "user") {
        return {{fmt::format(" AND u.name = ? AND (r.time, r.id) {}{} (?, ?)", sign, orSame),
                 {first, key.second, key.id}},
                {fmt::format(" AND u.name {} ?", sign), {first}}};
    }
    return {{fmt::format(" AND {} = ? AND i.id = ? AND r.id {}{} ?", itemTitleSql, sign, orSame),
             {first, key.second, key.id}},
            {fmt::format(" AND ({}, i.id) {} (?, ?)", itemTitleSql, sign), {first, key.second}}};
}

std::vector<SqlPart> RowSource::pageStatements(const std::optional<RowKey>& key, bool inclusive,
                                               bool backward) const
{
    std::vector<SqlPart> statements;
    for (const SqlPart& seek :
         key ? seeks(*key, inclusive, backward) : std::vector<SqlPart>{SqlPart{}}) {
        SqlPart part = statement(seek, backward, true);
        part += " LIMIT ?";
        statements.push_back(std::move(part));
    }
    return statements;
}

SqlPart RowSource::allStatement(bool sorted, const std::string& more) const
{
    SqlPart part = statement({}, false, sorted || m_ordered);
    if (!more.empty()) {
        part.sql.insert(part.sql.find(" FROM "), more);
    }
    return part;
}

SqlPart RowSource::oneStatement(std::int64_t id) const
{
    const bool reviews = m_table == TableKind::Reviews;
    const std::string row = reviews ? "r.id" : m_table == TableKind::Users ? "u.id" : "i.id";
    SqlPart part{fmt::format("SELECT {} FROM {} WHERE {} = ?",
                             m_key.front() == "f.rowid" ? row : keySql(),
                             reviews ? "reviews r JOIN users u ON u.id = r.user_id "
                                       "JOIN items i ON i.id = r.item_id"
                             : m_table == TableKind::Users ? "users u"
                                                           : "items i",
                             row),
                 {id}};
    part += m_hiding;
    part += conditionsOf(m_parts, nullptr);
    return part;
}

RowKey RowSource::keyFrom(const Query& query) const
{
    RowKey key;
    const int columns = keyColumns();
    key.id = query.integer(columns - 1);
    key.second = columns == 3 ? query.integer(1) : 0;
    const ColumnType type = columnOf(m_table, m_order.column).type;
    if (columns == 1) {
        key.value = key.id;
    } else if (type == ColumnType::Text) {
        key.value = query.text(0);
    } else if (type == ColumnType::Real) {
        key.value = query.real(0);
    } else {
        key.value = query.integer(0);
    }
    return key;
}

bool RowSource::isBefore(const RowKey& left, const RowKey& right) const
{
    const auto ofKey = [](const RowKey& key) { return std::tie(key.value, key.second, key.id); };
    return m_order.descending ? ofKey(right) < ofKey(left) : ofKey(left) < ofKey(right);
}

} // namespace nextquill::store
