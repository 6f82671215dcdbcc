// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/FilterSql.h"
#include "core/store/table/TableReader.h"

#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection;
class Query;

/// What the rows are for: some of them in their order, or all of them.
enum class RowPurpose { Page, All };

/// How the rows of a query are found: which index is walked, what is tested on the way, and whether
/// they come in the order of the query or must be sorted.
///
/// Keys have one to three columns: what sorts, and what makes it unique.
class RowSource
{
public:
    /// Looks at the filter, estimates what its conditions find, and chooses.
    RowSource(Connection& connection, const FilterExpression& filter, const TableOrder& order,
              RowPurpose purpose);
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;

    /// Rows come in the order by themselves; else a statement sorts them, or for All the caller.
    [[nodiscard]] bool isOrdered() const { return m_ordered; }
    /// The key is one number and the id: cheap to be sorted by the caller.
    [[nodiscard]] bool hasPlainKey() const { return m_key.size() <= 2 && m_numeric; }

    /// Statements that give the keys of a page one after another, in the query's order (backward:
    /// against it). More than one where a key of two tables cannot be sought at once.
    [[nodiscard]] std::vector<SqlPart> pageStatements(const std::optional<RowKey>& key,
                                                      bool inclusive, bool backward) const;

    /// One that gives all keys, in the query's order only where isOrdered() or `sorted`; with more
    /// columns behind the key.
    [[nodiscard]] SqlPart allStatement(bool sorted, const std::string& more = {}) const;

    /// One that gives the key of the row with that id, if the filter matches it.
    [[nodiscard]] SqlPart oneStatement(std::int64_t id) const;

    /// The key in a row of these statements; its columns.
    [[nodiscard]] RowKey keyFrom(const Query& query) const;
    [[nodiscard]] int keyColumns() const { return static_cast<int>(m_key.size()); }
    [[nodiscard]] std::string keySql() const;

    /// Whether `left` comes before `right` in the query's order.
    [[nodiscard]] bool isBefore(const RowKey& left, const RowKey& right) const;

private:
    void chooseForReviews(Connection& connection, RowPurpose purpose);
    void chooseForOthers(Connection& connection);
    void walkReviews(Connection& connection);
    void findReviews(Connection& connection, const FilterPart& part);
    [[nodiscard]] bool sortsBy(RowPath path) const;
    [[nodiscard]] const FilterPart* bestPart(RowPurpose purpose) const;
    [[nodiscard]] std::string orderSql(bool backward) const;
    [[nodiscard]] SqlPart statement(const SqlPart& seek, bool backward, bool sorted) const;
    [[nodiscard]] std::vector<SqlPart> seeks(const RowKey& key, bool inclusive,
                                             bool backward) const;

    TableKind m_table;
    TableOrder m_order;
    std::vector<FilterPart> m_parts;
    std::string m_hiding;
    std::string m_from;
    SqlPart m_found; ///< " AND …": the part that finds rows, if one does
    const FilterPart* m_finder = nullptr;
    std::vector<std::string> m_key; ///< its columns in SQL
    bool m_ordered = false;
    bool m_numeric = true;
    bool m_joined = false; ///< an order of users or items is walked, and their reviews in it
};

} // namespace nextquill::store
