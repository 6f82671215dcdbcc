// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include <string>
#include <vector>

namespace nextquill::store {

class Connection;
class Query;

constexpr int reviewColumnCount = 8;

/// Columns of the table that a statement calls `r`, as reviewFrom() reads them.
[[nodiscard]] std::string reviewColumns();
[[nodiscard]] Review reviewFrom(const Query& query);

/// The same with the names that a person reads.
[[nodiscard]] std::string reviewRowColumns();
[[nodiscard]] std::string reviewRowTables();
[[nodiscard]] ReviewRow reviewRowFrom(const Query& query);

/// What a filter says of the rows of `reviews r`, but for search, page and order: " AND …", and the
/// values of its question marks.
[[nodiscard]] std::string filterConditions(const ReviewFilter& filter);
void bindFilter(Query& query, const ReviewFilter& filter);

/// A page of reviews by id. Throws Error(BadInput) for a search that cannot be read.
[[nodiscard]] std::vector<ReviewRow> reviewRows(Connection& connection, const ReviewFilter& filter);

} // namespace nextquill::store
