// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/DeferredSearch.h"

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Project.h"
#include "core/store/table/TableIndices.h"

#include <filesystem>
#include <system_error>

namespace nextquill::store {

namespace {

constexpr const char* search = "search";
constexpr const char* mark = "search, until an import is done"; ///< beside "search"
constexpr std::int64_t timesAsLarge = 2;

bool isEmpty(Connection& connection)
{
    Query query{connection, "SELECT reviews + excluded + deleted FROM totals"};
    return query.next() && query.integer(0) == 0;
}

bool isSmallBeside(const Project& project, std::int64_t bytes)
{
    std::error_code failed;
    const auto size = std::filesystem::file_size(project.file(), failed);
    return !failed && bytes / timesAsLarge > static_cast<std::int64_t>(size);
}

void change(Connection& connection, const char* statement)
{
    Transaction transaction{connection};
    Query{connection, statement}.with(mark).run();
    transaction.commit();
}

} // namespace

void deferSearch(Project& project, std::int64_t bytes, bool forGood)
{
    Connection& connection = project.connection();
    const bool empty = isEmpty(connection);
    if (!FullTextIndex::isThere(connection) || !(empty || isSmallBeside(project, bytes))) {
        return;
    }
    if (!(forGood && empty)) {
        change(connection, "INSERT OR IGNORE INTO missing_indices VALUES (?)");
    }
    NoProgress quiet;
    dropIndex(project, search, {}, quiet);
}

void buildDeferredSearch(Project& project, const StopToken& stop, Progress& progress)
{
    Connection& connection = project.connection();
    Query query{connection, "SELECT 1 FROM missing_indices WHERE name = ?"};
    const bool isDeferred = query.with(mark).next();
    query.run();
    if (!isDeferred) {
        return;
    }
    buildIndex(project, search, stop, progress);
    change(connection, "DELETE FROM missing_indices WHERE name = ?");
}

} // namespace nextquill::store
