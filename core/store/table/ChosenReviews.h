// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/ColumnSql.h"
#include "core/store/table/Selection.h"

#include <cstdint>

namespace nextquill::store {

class Connection;

/// Lists the reviews that a selection stands for in a table of this connection, temp.chosen, for
/// the statements that follow; deleted ones are left out. Under a StopGuard.
SelectionCount chooseReviews(Connection& connection, const Selection& selection,
                             const StopToken& stop, Progress& progress);

/// The same as a statement that gives their ids, ascending: straight from the tables where a filter
/// says it all, so that nobody lists a million of them twice. Under a StopGuard.
[[nodiscard]] SqlPart chosenReviews(Connection& connection, const Selection& selection,
                                    const StopToken& stop, Progress& progress);

} // namespace nextquill::store
