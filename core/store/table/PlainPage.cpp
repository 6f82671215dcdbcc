// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/PlainPage.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"

#include <utility>

namespace nextquill::store {

namespace {

std::vector<std::int64_t> idsFrom(Query& query)
{
    std::vector<std::int64_t> ids;
    while (query.next()) {
        ids.push_back(query.integer(0));
    }
    return ids;
}

} // namespace

std::vector<std::int64_t> pageBySkipping(Project& project, std::int64_t position, int limit,
                                         StopToken stop)
{
    Connection& connection = project.connection();
    const StopGuard guard{connection, std::move(stop)};
    Query query{connection, "SELECT id FROM reviews ORDER BY time, id LIMIT ? OFFSET ?"};
    return idsFrom(query.with(limit, position));
}

std::vector<std::int64_t> pageByKey(Project& project, std::int64_t time, std::int64_t id, int limit,
                                    StopToken stop)
{
    Connection& connection = project.connection();
    const StopGuard guard{connection, std::move(stop)};
    Query query{connection, "SELECT id FROM reviews WHERE (time, id) > (?, ?) "
                            "ORDER BY time, id LIMIT ?"};
    return idsFrom(query.with(time, id, limit));
}

} // namespace nextquill::store
