// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/DeferredSearch.h"

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"

#include <filesystem>
#include <system_error>

namespace nextquill::store {

namespace {

constexpr const char* mark = "search, until an import is done"; ///< beside "search"
constexpr std::int64_t timesAsLarge = 2;

bool isEmpty(Connection& connection)
{
    Query query{connection, "SELECT reviews + excluded + deleted FROM totals"};
    return query.next() && query.integer(0) == 0;
}

bool isSmallBeside(const Connection& connection, std::int64_t bytes)
{
    std::error_code failed;
    const auto size = std::filesystem::file_size(connection.file(), failed);
    return !failed && bytes / timesAsLarge > static_cast<std::int64_t>(size);
}

} // namespace

void deferSearch(Connection& connection, std::int64_t bytes, bool forGood)
{
    const bool empty = isEmpty(connection);
    if (!FullTextIndex::isThere(connection) || !(empty || isSmallBeside(connection, bytes))) {
        return;
    }
    if (!(forGood && empty)) {
        Query{connection, "INSERT OR IGNORE INTO missing_indices VALUES (?)"}.with(mark).run();
    }
    FullTextIndex::takeOut(connection);
}

void buildDeferredSearch(Connection& connection, const StopToken& stop, Progress& progress)
{
    if (Query{connection, "DELETE FROM missing_indices WHERE name = ?"}.with(mark).run() > 0) {
        FullTextIndex::build(connection, stop, progress);
    }
}

} // namespace nextquill::store
