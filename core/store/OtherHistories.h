// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// Which other users' histories are wanted for a placebo.
struct OtherHistoriesWish
{
    std::size_t users = 1;
    std::size_t reviews = 1; ///< that a history should have, so that it is like the user's own
    std::uint64_t seed = 42;
};

/// A target with another user's history in the place of its user's own.
struct OtherHistory
{
    UserId user{};
    std::string userName;
    ExampleData data;     ///< the target's, but for history and historyItems
    bool isLater = false; ///< the user wrote nothing before the target: reviews of any time
};

/// Histories of other users, drawn at random by the seed alone, all of different users.
///
/// Never of the target's own user (users merged into him have no reviews of their own), and never
/// with a review of the target's item: that would tell of the item, not of a person. Of four times
/// as many users as wanted those are taken who wrote at least the wished number of reviews before
/// the target, then those with most of them; last those who wrote later only, whose reviews of any
/// time stand in. Fewer than wished where the project has no more users with reviews.
///
/// Ids are drawn evenly; behind a gap of deleted users stands one who is drawn the more often.
///
/// Throws  Error(Storage), Stopped
[[nodiscard]] std::vector<OtherHistory> otherHistories(Project& project, const ExampleData& data,
                                                       const OtherHistoriesWish& wish,
                                                       StopToken stop);

} // namespace nextquill::store
