// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/Splits.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// A review in its user's timeline, and what it is a target for.
struct PlacedReview
{
    ReviewId id{};
    UserId user{};
    ItemId item{};
    std::int64_t time = 0;
    std::string text;
    std::optional<SplitPart> part; ///< none: no target
};

/// Whose timelines, and which reviews are the targets.
struct TimelineScope
{
    std::optional<SplitId> split;    ///< users with a target of it
    std::int64_t minimumReviews = 5; ///< without a split: users with at least as many, each one's
                                     ///< latest review as a target of the test
};

/// The timelines of all users that have targets, one user after the other: the user's reviews that
/// are not excluded, oldest first; of one time, as imported.
///
/// Memory   one timeline at a time, and 8 bytes a user
/// Progress users
/// Stops    between two users
/// Throws   Error(Storage)
void forEachTimeline(Project& project, const TimelineScope& scope,
                     const std::function<void(const std::vector<PlacedReview>&)>& visit,
                     const StopToken& stop, Progress& progress);

} // namespace nextquill::store
