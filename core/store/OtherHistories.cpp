// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/OtherHistories.h"

#include "core/base/Random.h"
#include "core/store/Connection.h"
#include "core/store/HistoryRule.h"
#include "core/store/Project.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::uint64_t streamOfOthers = 31;
constexpr std::size_t drawnForEach = 4;

/// A user who could stand in.
struct Candidate
{
    UserId user{};
    std::int64_t earlier = 0; ///< reviews before the target, of other items
};

std::int64_t lastUser(Connection& connection)
{
    Query query{connection, "SELECT max(id) FROM users"};
    return query.next() ? query.integer(0) : 0;
}

/// Users at random; all there are where those are few.
std::vector<UserId> drawnUsers(Connection& connection, UserId own, std::size_t most,
                               std::uint64_t seed, const StopToken& stop)
{
    const std::int64_t last = lastUser(connection);
    std::vector<UserId> users;
    std::set<std::int64_t> seen{number(own)};
    const std::string wanted = "SELECT id FROM users WHERE id >= ? AND merged_into = 0 AND "
                               "reviews > 0 ORDER BY id LIMIT 1";
    Query next{connection, wanted};
    const Random random{seed, streamOfOthers};
    const auto take = [&](std::int64_t from) {
        if (next.with(from); !next.next()) {
            return std::numeric_limits<std::int64_t>::max();
        }
        const std::int64_t id = next.integer(0);
        if (seen.insert(id).second) {
            users.push_back(UserId{id});
        }
        return id;
    };
    for (std::uint64_t draw = 0; last > 0 && users.size() < most && draw < 4 * most; ++draw) {
        stopPoint(stop);
        static_cast<void>(take(
            1 + static_cast<std::int64_t>(random.bits(draw) % static_cast<std::uint64_t>(last))));
    }
    for (std::int64_t id = 1; users.size() < most && id <= last; ++id) { // what draws have missed
        stopPoint(stop);
        id = take(id);
        if (id == std::numeric_limits<std::int64_t>::max()) {
            break;
        }
    }
    return users;
}

/// The target after a candidate's reviews of other items: the earlier ones, or all where there is
/// none.
OtherHistory inPlace(Project& project, const ExampleData& data, const Candidate& candidate)
{
    const ExampleData all = Histories{project}.unwritten(candidate.user, data.item.id);
    OtherHistory other{.user = candidate.user,
                       .userName = all.userName,
                       .data = data,
                       .isLater = candidate.earlier == 0};
    other.data.history.clear();
    other.data.historyItems.clear();
    for (std::size_t i = 0; i < all.history.size(); ++i) {
        const Review& review = all.history[i];
        if (review.item != data.item.id &&
            (other.isLater || isHistory(review.time, data.target.time))) {
            other.data.history.push_back(review);
            other.data.historyItems.push_back(all.historyItems[i]);
        }
    }
    return other;
}

} // namespace

std::vector<OtherHistory> otherHistories(Project& project, const ExampleData& data,
                                         const OtherHistoriesWish& wish, StopToken stop)
{
    Connection& connection = project.connection();
    Query counted{connection, std::string{"SELECT count(*) FROM reviews r WHERE "} +
                                  historyCondition + " AND r.item_id <> ?"};
    std::vector<Candidate> candidates;
    for (const UserId user :
         drawnUsers(connection, data.target.user, drawnForEach * wish.users, wish.seed, stop)) {
        stopPoint(stop);
        counted.with(user, data.target.time, data.item.id);
        candidates.push_back({.user = user, .earlier = counted.next() ? counted.integer(0) : 0});
    }
    std::ranges::stable_sort(candidates, std::ranges::greater{}, [&](const Candidate& candidate) {
        return std::min(candidate.earlier, static_cast<std::int64_t>(wish.reviews));
    });

    std::vector<OtherHistory> others;
    for (const Candidate& candidate : candidates) {
        stopPoint(stop);
        if (others.size() == wish.users) {
            break;
        }
        if (auto other = inPlace(project, data, candidate); !other.data.history.empty()) {
            others.push_back(std::move(other));
        }
    }
    return others;
}

} // namespace nextquill::store
