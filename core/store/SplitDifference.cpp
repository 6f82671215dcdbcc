// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitDifference.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/SplitReasons.h"

namespace nextquill::store {

namespace {

constexpr std::int64_t noPart = -1;

/// Both parts of each example of either split; -1: it is not in that one. Binds before, after,
/// last.
const std::string examplesOfBoth =
    "SELECT review_id, max(CASE split_id WHEN ?1 THEN part ELSE -1 END) AS before, "
    "max(CASE split_id WHEN ?2 THEN part ELSE -1 END) AS after FROM split_examples "
    "WHERE split_id IN (?1, ?2) AND review_id > ?3 GROUP BY review_id";

/// Whether each user has examples in either split. Binds before, after, last.
const std::string usersOfBoth =
    "SELECT r.user_id AS user_id, max(e.split_id = ?1) AS before, max(e.split_id = ?2) AS after "
    "FROM split_examples e JOIN reviews r ON r.id = e.review_id "
    "WHERE e.split_id IN (?1, ?2) AND r.user_id > ?3 GROUP BY r.user_id";

std::optional<SplitPart> partFrom(std::int64_t part)
{
    return part == noPart ? std::nullopt : std::optional{static_cast<SplitPart>(part)};
}

} // namespace

SplitDifference SplitComparison::difference() const
{
    SplitDifference difference;
    Query examples{m_project.connection(),
                   "SELECT coalesce(sum(before = after), 0), "
                   "coalesce(sum(before <> after AND before >= 0 AND after >= 0), 0), "
                   "coalesce(sum(before < 0), 0), coalesce(sum(after < 0), 0) FROM (" +
                       examplesOfBoth + ")"};
    if (examples.with(m_before, m_after, 0).next()) {
        difference.kept = examples.integer(0);
        difference.moved = examples.integer(1);
        difference.added = examples.integer(2);
        difference.removed = examples.integer(3);
    }
    Query users{m_project.connection(),
                "SELECT coalesce(sum(NOT before), 0), coalesce(sum(NOT after), 0) FROM (" +
                    usersOfBoth + ")"};
    if (users.with(m_before, m_after, 0).next()) {
        difference.usersAdded = users.integer(0);
        difference.usersRemoved = users.integer(1);
    }
    return difference;
}

std::vector<SplitChange> SplitComparison::changes(ReviewId last, int limit) const
{
    Query query{m_project.connection(),
                "SELECT d.review_id, u.name, CASE i.title WHEN '' THEN i.asin ELSE i.title END, "
                "r.time, d.before, d.after FROM (" +
                    examplesOfBoth +
                    " HAVING before <> after ORDER BY review_id LIMIT ?4) d "
                    "JOIN reviews r ON r.id = d.review_id JOIN users u ON u.id = r.user_id "
                    "JOIN items i ON i.id = r.item_id ORDER BY d.review_id"};
    query.with(m_before, m_after, last, limit);
    std::vector<SplitChange> changes;
    while (query.next()) {
        changes.push_back({.review = ReviewId{query.integer(0)},
                           .user = query.text(1),
                           .item = query.text(2),
                           .time = query.integer(3),
                           .before = partFrom(query.integer(4)),
                           .after = partFrom(query.integer(5)),
                           .why = {}});
    }
    SplitReasons reasons{m_project, m_before, m_after};
    for (SplitChange& change : changes) {
        change.why = reasons.of(change);
    }
    return changes;
}

std::vector<SplitUserChange> SplitComparison::users(UserId last, int limit) const
{
    Query query{m_project.connection(), "SELECT d.user_id, u.name, d.after FROM (" + usersOfBoth +
                                            " HAVING before <> after ORDER BY r.user_id LIMIT ?4) "
                                            "d JOIN users u ON u.id = d.user_id "
                                            "ORDER BY d.user_id"};
    query.with(m_before, m_after, last, limit);
    std::vector<SplitUserChange> users;
    while (query.next()) {
        users.push_back({.id = UserId{query.integer(0)},
                         .name = query.text(1),
                         .added = query.integer(2) != 0});
    }
    return users;
}

} // namespace nextquill::store
