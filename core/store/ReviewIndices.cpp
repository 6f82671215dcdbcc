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
constexpr std::int64_t mostWithoutContents = 2'000'000;
constexpr const char* mark = "reviews, until an import is done";
constexpr const char* contentsMark = "contents, until there are many";

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

void note(Connection& connection, const char* which)
{
    Query{connection, "INSERT OR IGNORE INTO missing_indices VALUES (?)"}.with(which).run();
}

void forget(Connection& connection, const char* which)
{
    Query{connection, "DELETE FROM missing_indices WHERE name = ?"}.with(which).run();
}

bool isNoted(Connection& connection, const char* which)
{
    if (schemaVersion(connection) < firstVersion) {
        return false;
    }
    Query query{connection, "SELECT 1 FROM missing_indices WHERE name = ?"};
    return query.with(which).next();
}

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
    return isNoted(connection, mark);
}

std::vector<std::string_view> reviewIndicesOut(Connection& connection)
{
    std::vector<std::string_view> out;
    for (const ReviewIndex& index : all) {
        const bool mayBeOut = isNoted(connection, mark) ||
                              (&index == &byContent && isNoted(connection, contentsMark));
        if (mayBeOut && !hasIndex(connection, index.name)) {
            out.push_back(index.name);
        }
    }
    return out;
}

void takeOutReviewIndices(Connection& connection, bool contents)
{
    note(connection, mark);
    if (contents) {
        note(connection, contentsMark);
    }
    for (const ReviewIndex& index : all) {
        if (contents || &index != &byContent) {
            drop(connection, index);
        }
    }
}

void buildContentIndex(Connection& connection)
{
    if (isNoted(connection, contentsMark)) {
        build(connection, byContent);
        Transaction transaction{connection};
        forget(connection, contentsMark);
        transaction.commit();
    }
}

void buildReviewIndices(Connection& connection, Progress& progress)
{
    if (!areReviewIndicesOut(connection)) {
        return;
    }
    progress.report({.stage = "indexing reviews"});
    for (const ReviewIndex& index : all) {
        if (&index != &byContent) {
            build(connection, index);
        }
    }
    if (storedReviews(connection) > mostWithoutContents) {
        buildContentIndex(connection);
    }
    Transaction transaction{connection};
    forget(connection, mark);
    transaction.commit();
}

} // namespace nextquill::store
