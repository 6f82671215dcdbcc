// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitTimelines.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/ReviewQuery.h"

#include <utility>

namespace nextquill::store {

namespace {

std::vector<std::int64_t> usersOf(Connection& connection, const TimelineScope& scope)
{
    Query query{connection, scope.split
                                ? "SELECT DISTINCT r.user_id FROM split_examples e "
                                  "JOIN reviews r ON r.id = e.review_id "
                                  "WHERE e.split_id = ? AND r.excluded = 0 ORDER BY r.user_id"
                                : "SELECT id FROM users WHERE reviews >= ? ORDER BY id"};
    query.with(scope.split ? number(*scope.split) : scope.minimumReviews);
    std::vector<std::int64_t> users;
    while (query.next()) {
        users.push_back(query.integer(0));
    }
    return users;
}

std::optional<SplitPart> placedPart(std::int64_t part)
{
    constexpr std::int64_t parts = 3;
    return part >= 0 && part < parts ? std::optional{static_cast<SplitPart>(part)} : std::nullopt;
}

} // namespace

void forEachTimeline(Project& project, const TimelineScope& scope,
                     const std::function<void(const std::vector<PlacedReview>&)>& visit,
                     const StopToken& stop, Progress& progress)
{
    Connection& connection = project.connection();
    const StopGuard guard{connection, stop};
    progress.report({.done = 0, .total = 0, .stage = "reading timelines"});
    const std::vector<std::int64_t> users = usersOf(connection, scope);
    // Without a split its id is 0, which none has.
    Query query{connection, "SELECT " + reviewColumns() +
                                ", coalesce((SELECT e.part FROM split_examples e WHERE "
                                "e.split_id = ? AND e.part IN (0, 1, 2) AND e.review_id = r.id), "
                                "-1) FROM reviews r WHERE r.user_id = ? AND r.excluded = 0 "
                                "ORDER BY r.time, r.id"};
    const std::int64_t split = scope.split ? number(*scope.split) : 0;
    std::int64_t done = 0;
    for (const std::int64_t user : users) {
        stopPoint(stop);
        std::vector<PlacedReview> timeline;
        query.with(split, user);
        while (query.next()) {
            Review review = reviewFrom(query);
            timeline.push_back({.id = review.id,
                                .user = review.user,
                                .item = review.item,
                                .time = review.time,
                                .text = std::move(review.text),
                                .part = placedPart(query.integer(reviewColumnCount))});
        }
        if (!scope.split && !timeline.empty()) {
            timeline.back().part = SplitPart::Test;
        }
        visit(timeline);
        progress.report({.done = ++done,
                         .total = static_cast<std::int64_t>(users.size()),
                         .stage = "reading timelines"});
    }
}

} // namespace nextquill::store
