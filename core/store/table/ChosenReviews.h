// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/Selection.h"

#include <cstdint>

namespace nextquill::store {

class Connection;

/// Lists the reviews that a selection stands for in a table of this connection, temp.chosen, for
/// the statements that follow; deleted ones are left out. Under a StopGuard.
SelectionCount chooseReviews(Connection& connection, const Selection& selection,
                             const StopToken& stop, Progress& progress);

} // namespace nextquill::store
