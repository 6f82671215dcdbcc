// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/DroppedSteps.h"

#include "core/store/Connection.h"

namespace nextquill::store {

namespace {

constexpr std::int64_t keptFor = std::int64_t{30} * 24 * 60 * 60 * 1'000;

} // namespace

void dropUndoneSteps(Connection& connection, std::int64_t step)
{
    const std::int64_t time = now();
    Query{connection,
          "UPDATE steps SET dropped = ?, branch = ? WHERE undone = 1 AND dropped = 0 AND id < ?"}
        .with(time, step, step)
        .run();
    static_cast<void>(forgetOldSteps(connection, time));
}

std::int64_t forgetOldSteps(Connection& connection, std::int64_t now)
{
    const std::int64_t before = now - keptFor;
    Query{connection, "DELETE FROM step_changes WHERE step_id IN (SELECT id FROM steps WHERE "
                      "undone = 1 AND dropped > 0 AND dropped < ?)"}
        .with(before)
        .run();
    return Query{connection, "DELETE FROM steps WHERE undone = 1 AND dropped > 0 AND dropped < ?"}
        .with(before)
        .run();
}

} // namespace nextquill::store
