// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/EditHistory.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/table/ColumnSql.h"
#include "core/store/table/DroppedSteps.h"

#include <fmt/format.h>
#include <limits>

namespace nextquill::store {

std::vector<EditStep> editSteps(Project& project, std::int64_t before, int limit)
{
    Query query{project.connection(),
                "SELECT id, what, time, changes, undone, dropped, branch FROM steps WHERE id < ? "
                "ORDER BY id DESC LIMIT ?"};
    query.with(before > 0 ? before : std::numeric_limits<std::int64_t>::max(), limit);
    std::vector<EditStep> steps;
    while (query.next()) {
        const bool isDropped = query.integer(5) != 0;
        steps.push_back({.id = query.integer(0),
                         .what = query.text(1),
                         .time = query.integer(2),
                         .changes = query.integer(3),
                         .state = isDropped               ? StepState::Dropped
                                  : query.integer(4) != 0 ? StepState::Undone
                                                          : StepState::Done,
                         .branch = query.integer(6),
                         .dropped = query.integer(5)});
    }
    return steps;
}

std::vector<StepChange> changesOf(Project& project, std::int64_t step, std::int64_t after,
                                  int limit)
{
    // Users have names for people, ids in the file; those who were merged away keep theirs.
    Query query{project.connection(),
                fmt::format("SELECT c.review_id, u.name, {}, c.field, "
                            "CASE c.field WHEN 'user' THEN coalesce((SELECT name FROM users WHERE "
                            "id = CAST(c.before AS INTEGER)), '') ELSE c.before END, "
                            "CASE c.field WHEN 'user' THEN coalesce((SELECT name FROM users WHERE "
                            "id = CAST(c.after AS INTEGER)), '') ELSE c.after END "
                            "FROM step_changes c JOIN reviews r ON r.id = c.review_id "
                            "JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id "
                            "WHERE c.step_id = ? AND c.review_id > ? ORDER BY c.review_id LIMIT ?",
                            itemTitleSql)};
    query.with(step, after, limit);
    std::vector<StepChange> changes;
    while (query.next()) {
        changes.push_back({.review = query.integer(0),
                           .user = query.text(1),
                           .item = query.text(2),
                           .field = query.text(3),
                           .before = query.text(4),
                           .after = query.text(5)});
    }
    return changes;
}

std::int64_t forgetDroppedSteps(Project& project)
{
    Connection& connection = project.connection();
    Transaction transaction{connection};
    const std::int64_t forgotten = forgetOldSteps(connection, now());
    transaction.commit();
    return forgotten;
}

} // namespace nextquill::store
