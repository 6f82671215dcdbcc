// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/DeferredSearch.h"

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/ReviewIndices.h"
#include "core/store/Totals.h"

namespace nextquill::store {

namespace {

constexpr const char* mark = "search, until an import is done"; ///< beside "search"

} // namespace

void deferSearch(Connection& connection, std::int64_t bytes, bool forGood)
{
    if (!FullTextIndex::isThere(connection) || !isSmallBeside(connection, bytes)) {
        return;
    }
    if (!(forGood && storedReviews(connection) == 0)) {
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
