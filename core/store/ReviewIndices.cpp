// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewIndices.h"

#include "core/store/Connection.h"
#include "core/store/Schema.h"
#include "core/store/Totals.h"

#include <sqlite3.h>

#include <filesystem>
#include <fmt/format.h>
#include <system_error>

namespace nextquill::store {

namespace {

constexpr std::int64_t firstVersion = 10; ///< of the schema, that can have them out
constexpr std::int64_t timesAsLarge = 2;
constexpr const char* mark = "reviews, until an import is done";

struct ReviewIndex
{
    std::string_view name;
    const char* create; ///< exactly as the schema has it
};

constexpr ReviewIndex all[] = {
    {"reviews_by_content", "CREATE UNIQUE INDEX reviews_by_content ON reviews (content)"},
    {"reviews_by_user",
     "CREATE INDEX reviews_by_user ON reviews (user_id, time, id, words, rating)"},
    {"reviews_by_item", "CREATE INDEX reviews_by_item ON reviews (item_id, id)"},
};

constexpr const ReviewIndex& byContent = all[0];

/// While it lives, a sort may use a second thread, and what it cannot hold in its share of memory
/// goes to a file without a name. Not inside a transaction.
class SortingInFiles
{
public:
    explicit SortingInFiles(Connection& connection)
        : m_connection{connection}
    {
        connection.execute("PRAGMA temp_store = FILE");
        connection.cachePages(PageCache::Small); // a sort takes as much once again
        set(1);
    }
    ~SortingInFiles()
    {
        m_connection.database().tryExec("PRAGMA temp_store = MEMORY");
        m_connection.cachePages(PageCache::Usual);
        set(0);
    }
    SortingInFiles(const SortingInFiles&) = delete;
    SortingInFiles& operator=(const SortingInFiles&) = delete;

private:
    void set(int threads)
    {
        sqlite3_limit(m_connection.database().getHandle(), SQLITE_LIMIT_WORKER_THREADS, threads);
    }

    Connection& m_connection;
};

void build(Connection& connection, const ReviewIndex& index)
{
    const SortingInFiles sorting{connection};
    Transaction transaction{connection};
    if (!hasIndex(connection, index.name)) {
        connection.execute(index.create);
    }
    transaction.commit();
}

void drop(Connection& connection, const ReviewIndex& index)
{
    connection.execute(fmt::format("DROP INDEX IF EXISTS {}", index.name));
}

} // namespace

bool isSmallBeside(Connection& connection, std::int64_t bytes)
{
    std::error_code failed;
    const auto size = std::filesystem::file_size(connection.file(), failed);
    return storedReviews(connection) == 0 ||
           (!failed && bytes / timesAsLarge > static_cast<std::int64_t>(size));
}

bool hasIndex(Connection& connection, std::string_view name)
{
    Query query{connection, "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?"};
    return query.with(name).next();
}

std::string indexedBy(Connection& connection, std::string_view index)
{
    return hasIndex(connection, index) ? fmt::format(" INDEXED BY {}", index) : std::string{};
}

bool areReviewIndicesOut(Connection& connection)
{
    if (schemaVersion(connection) < firstVersion) {
        return false;
    }
    Query query{connection, "SELECT 1 FROM missing_indices WHERE name = ?"};
    return query.with(mark).next();
}

void takeOutAsIn(Connection& connection, Connection& other)
{
    for (const ReviewIndex& index : all) {
        if (!hasIndex(connection, index.name)) {
            drop(other, index);
        }
    }
}

void takeOutReviewIndices(Connection& connection, bool contents)
{
    Query{connection, "INSERT OR IGNORE INTO missing_indices VALUES (?)"}.with(mark).run();
    for (const ReviewIndex& index : all) {
        if (contents || &index != &byContent) {
            drop(connection, index);
        }
    }
}

void buildContentIndex(Connection& connection)
{
    build(connection, byContent);
}

void buildReviewIndices(Connection& connection, Progress& progress)
{
    if (!areReviewIndicesOut(connection)) {
        return;
    }
    progress.report({.stage = "indexing reviews"});
    for (const ReviewIndex& index : all) {
        build(connection, index);
    }
    Transaction transaction{connection};
    Query{connection, "DELETE FROM missing_indices WHERE name = ?"}.with(mark).run();
    transaction.commit();
}

} // namespace nextquill::store
