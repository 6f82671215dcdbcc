// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Connection;

// The indices of `reviews` that every project has: by content (what is there already is known by
// it), by user and by item. Rows come to them in no order, so that an import of millions writes
// nearly all of their pages again with each batch; built from rows that are there they take a
// second a million. An import into a new project takes them out until it is done. Whoever reads
// meanwhile finds everything, by looking at more rows.

/// Whether the project has no review, or its file is not half as large as what is to come: then
/// indices are built afterwards.
[[nodiscard]] bool isSmallBeside(Connection& connection, std::int64_t bytes);

[[nodiscard]] bool hasIndex(Connection& connection, std::string_view name);

/// " INDEXED BY …", empty where it is taken out.
[[nodiscard]] std::string indexedBy(Connection& connection, std::string_view index);

/// Whether an import took them out. Some of them may be there again.
[[nodiscard]] bool areReviewIndicesOut(Connection& connection);

/// Names of those that the project lacks and may lack.
[[nodiscard]] std::vector<std::string_view> reviewIndicesOut(Connection& connection);

/// Takes out those by user and item, with `contents` the one by content, too. In a transaction.
void takeOutReviewIndices(Connection& connection, bool contents);

/// Builds the one by content, where it is out. Not in a transaction.
void buildContentIndex(Connection& connection);

/// Builds those that are out. Not in a transaction.
void buildReviewIndices(Connection& connection, Progress& progress);

} // namespace nextquill::store
