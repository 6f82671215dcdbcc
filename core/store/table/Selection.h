// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/FilterExpression.h"

#include <cstdint>
#include <optional>
#include <set>

namespace nextquill::store {

class Project;

/// Rows of a table that something is to be done with: some, or everything that a filter matches
/// (but for some). Rows of users and items stand for all their reviews.
///
/// Threads  a value
struct Selection
{
    TableKind table = TableKind::Reviews;
    std::optional<FilterExpression> matching; ///< none: `ids` alone
    std::set<std::int64_t> ids; ///< the rows; with `matching` those that are left out of it

    [[nodiscard]] static Selection rows(TableKind table, std::set<std::int64_t> ids);
    [[nodiscard]] static Selection everything(FilterExpression filter);

    [[nodiscard]] bool isEmpty() const { return !matching && ids.empty(); }
};

/// How many there are, to be shown before something is done.
struct SelectionCount
{
    std::int64_t rows = 0;    ///< of its table
    std::int64_t reviews = 0; ///< that they stand for, deleted ones left out
};

/// Threads  as the project
/// Stops    Stopped
/// Throws   Error(Storage)
[[nodiscard]] SelectionCount countOf(Project& project, const Selection& selection, StopToken stop,
                                     Progress& progress);

} // namespace nextquill::store
