// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::store {

/// A time as sources write it: a number (seconds or milliseconds since 1970, told apart as
/// millisecondsFrom() does), or a date of ISO 8601, "2013-05-01" or "2013/5/1", with or without a
/// time of day ("T12:30", " 12:30:05.25") and a zone ("Z", "+02:00"); none is UTC. Four digits are
/// a year.
///
/// Returns milliseconds since 1970, UTC; none where it is neither, or there is no such day.
[[nodiscard]] std::optional<double> millisecondsOf(std::string_view text);

/// "2013-05-01T12:30:05.250Z", from milliseconds since 1970; read back by millisecondsOf().
[[nodiscard]] std::string timeText(std::int64_t milliseconds);

} // namespace nextquill::store
