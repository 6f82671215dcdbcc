// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/RunLedger.h"

#include <string>

namespace nextquill::store {

/// "SELECT … FROM runs " with the columns that runFrom() reads.
[[nodiscard]] const std::string& selectRuns();

/// The row that the query of selectRuns() stands on. Throws Error(Unsupported) for a state that
/// this version does not know.
[[nodiscard]] RunRow runFrom(const Query& query, const std::string& file);

/// Throws Error(BadInput) when there is no such run.
[[nodiscard]] RunRow runOfId(const Project& project, RunId run);

/// Makes the run Running in this process; in the caller's transaction.
[[nodiscard]] RunRow claimed(Connection& connection, RunRow row);

} // namespace nextquill::store
