// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/FilterExpression.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// What the text of a column's field asks for; empty for blanks. `offset` is where the text begins
/// in what the user typed, for errors.
///
/// Throws   FilterError
[[nodiscard]] std::vector<ColumnCondition>
conditionsFrom(const TableColumn& column, std::string_view typed, std::size_t offset = 0);

} // namespace nextquill::store
