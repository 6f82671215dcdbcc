// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableColumns.h"

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::store {

/// The values that a typed value stands for, both included: a number is itself, a time that leaves
/// something out is all of it ("2013-02" from the month's first millisecond to its last).
struct ValueRange
{
    double low = 0;
    double high = 0;
};

/// None where the column's type has no such value. For numbers, times and flags.
[[nodiscard]] std::optional<ValueRange> rangeOf(ColumnType type, std::string_view typed);

/// As rangeOf() reads it back: "40", "4.5", "2013-02-11", "2013-02-11 18:30:05.250", "yes".
[[nodiscard]] std::string typedValue(ColumnType type, double value);

} // namespace nextquill::store
