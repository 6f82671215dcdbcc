// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <string>

namespace nextquill::store {

class Connection;
class Query;

/// "SELECT … FROM splits ", as splitFrom() reads it.
[[nodiscard]] const std::string& splitSelection();

/// Throws Error(Unsupported) for a rule of a newer version, Error(BadInput) for a funnel that is
/// none.
[[nodiscard]] Split splitFrom(const Query& query);

/// Writes the row; gives the split its id and time. Inside a transaction.
void insertSplit(Connection& connection, Split& split);

/// Throws Error(BadInput) that says what of them makes no sense.
void requireSensible(const SplitSettings& settings);

} // namespace nextquill::store
