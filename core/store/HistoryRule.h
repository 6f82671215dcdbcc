// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill::store {

/// What a history is: a user's reviews of a strictly earlier time than the target's. The releases
/// of 2014 and 2018 know whole days only, so that reviews of one time are common: which of them
/// was written first is not known, and none is another's history.
///
/// Both forms of the rule stand here and nowhere else.
[[nodiscard]] constexpr bool isHistory(std::int64_t reviewTime, std::int64_t targetTime)
{
    return reviewTime < targetTime;
}

/// Rows of `reviews r` that are history of a target; binds its user and its time.
inline constexpr const char* historyCondition = "r.user_id = ? AND r.time < ? AND r.excluded = 0";

} // namespace nextquill::store
