// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/ColumnSql.h"
#include "core/store/table/FilterExpression.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection;

/// Where rows can be found that a condition is true of, without looking at all of them.
enum class RowPath {
    None,
    ById,   ///< some ids
    ByTime, ///< indices of reviews
    ByRating,
    ByWords,
    ByUser,
    ByItem,
    Out,
    Search,
};

/// One condition on rows of `reviews r`, `users u` or `items i`.
struct FilterPart
{
    SqlPart test; ///< true of a row that was found otherwise
    RowPath path = RowPath::None;
    SqlPart finds;          ///< the same, to find rows on the path
    std::int64_t rows = -1; ///< how many it finds, at most `mostEstimated`; -1: not asked
};

/// Estimates stop there: more rows are found by walking an order.
inline constexpr std::int64_t mostEstimated = 20'000;
/// Of a search, since to look at its rows is cheap.
inline constexpr std::int64_t mostHitsEstimated = 200'000;

/// A filter's conditions, cheap ones first; those that can find rows say how many. The search is
/// one of them where there is an index for it, or the hits were listed (ScannedSearch).
[[nodiscard]] std::vector<FilterPart> filterParts(Connection& connection,
                                                  const FilterExpression& filter);

/// All of them as " AND …" on rows found otherwise, with what hides deleted rows.
[[nodiscard]] SqlPart conditionsOf(const std::vector<FilterPart>& parts, const FilterPart* without);

/// Hides what is deleted, " AND …"; empty where there is nothing deleted.
[[nodiscard]] std::string hidingDeleted(Connection& connection, TableKind table);

} // namespace nextquill::store
