// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Results.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/StoredJson.h"

namespace nextquill::store {

namespace {

Result resultFrom(const Query& query, const std::string& file)
{
    return {.kind = query.text(0),
            .key = query.text(1),
            .value = storedJson(query.text(2), file),
            .created = query.integer(3)};
}

} // namespace

void Results::put(const std::string& kind, const std::string& key, const Json& value)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    Query{connection, "DELETE FROM results WHERE kind = ? AND key = ?"}.with(kind, key).run();
    Query{connection, "INSERT INTO results (kind, key, value, created) VALUES (?, ?, ?, ?)"}
        .with(kind, key, toLine(value), now())
        .run();
    transaction.commit();
}

std::optional<Result> Results::find(const std::string& kind, const std::string& key) const
{
    Query query{m_project.connection(),
                "SELECT kind, key, value, created FROM results WHERE kind = ? AND key = ?"};
    query.with(kind, key);
    return query.next() ? std::optional{resultFrom(query, m_project.file().string())}
                        : std::nullopt;
}

std::vector<Result> Results::newest(const std::string& kind, int limit) const
{
    Query query{m_project.connection(), "SELECT kind, key, value, created FROM results "
                                        "WHERE kind = ? ORDER BY created DESC, id DESC LIMIT ?"};
    query.with(kind, limit);
    std::vector<Result> results;
    while (query.next()) {
        results.push_back(resultFrom(query, m_project.file().string()));
    }
    return results;
}

} // namespace nextquill::store
