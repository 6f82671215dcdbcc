// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/ScannedSearch.h"

#include "core/store/FullTextIndex.h"
#include "core/store/SearchExpression.h"
#include "core/store/Totals.h"

namespace nextquill::store {

namespace {

constexpr std::size_t reviewsAtOnce = 2'000;

/// What was listed is known by the search and the state of the file that it was listed from.
std::string nameOfList(Connection& connection, const std::string& search)
{
    Query version{connection, "PRAGMA data_version"};
    const std::int64_t number = version.next() ? version.integer(0) : 0;
    return std::to_string(number) + ' ' + search;
}

Connection& withScratchIndex(Connection& connection)
{
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.scanned "
                       "USING fts5 (title, text, content = '', columnsize = 0)");
    return connection;
}

} // namespace

ScannedSearch::ScannedSearch(Connection& connection, const std::string& search)
    : m_words{fullTextQuery(search)}
    , m_connection{withScratchIndex(connection)}
    , m_text{connection, "SELECT title, text FROM texts WHERE id = ?"}
    , m_add{connection, "INSERT INTO temp.scanned (rowid, title, text) VALUES (?, ?, ?)"}
    , m_find{connection, "SELECT rowid FROM temp.scanned WHERE scanned MATCH ?"}
{
}

ScannedSearch::~ScannedSearch() = default;

std::set<std::int64_t> ScannedSearch::hitsAmong(const std::vector<std::int64_t>& reviews)
{
    for (const std::int64_t review : reviews) {
        if (m_text.with(review).next()) {
            m_add.with(review, m_text.text(0), m_text.text(1)).run();
        }
    }
    std::set<std::int64_t> hits;
    m_find.with(m_words);
    while (m_find.next()) {
        hits.insert(m_find.integer(0));
    }
    Query{m_connection, "INSERT INTO temp.scanned (scanned) VALUES ('delete-all')"}.run();
    return hits;
}

bool hasListedHits(Connection& connection, const std::string& search)
{
    if (!Query{connection, "SELECT 1 FROM temp.sqlite_schema WHERE name = 'found'"}.next()) {
        return false;
    }
    Query query{connection, "SELECT 1 FROM temp.found_for WHERE search = ?"};
    return query.with(nameOfList(connection, search)).next();
}

void listHits(Connection& connection, const std::string& search, const StopToken& stop,
              Progress& progress)
{
    if (search.empty() || FullTextIndex::isThere(connection) || hasListedHits(connection, search)) {
        return;
    }
    connection.execute("CREATE TABLE IF NOT EXISTS temp.found (id INTEGER PRIMARY KEY);"
                       "CREATE TABLE IF NOT EXISTS temp.found_for (search TEXT);"
                       "DELETE FROM temp.found; DELETE FROM temp.found_for");
    const std::int64_t reviews = storedReviews(connection);
    ScannedSearch scan{connection, search};
    Query ids{connection, "SELECT id FROM reviews NOT INDEXED ORDER BY id"};
    Query note{connection, "INSERT INTO temp.found VALUES (?)"};
    std::vector<std::int64_t> some;
    std::int64_t done = 0;
    const auto look = [&] {
        for (const std::int64_t hit : scan.hitsAmong(some)) {
            note.with(hit).run();
        }
        done += static_cast<std::int64_t>(some.size());
        some.clear();
        progress.report({.done = done, .total = reviews, .stage = "reading texts"});
    };
    while (ids.next()) {
        some.push_back(ids.integer(0));
        if (some.size() == reviewsAtOnce) {
            stopPoint(stop);
            look();
        }
    }
    look();
    Query{connection, "INSERT INTO temp.found_for VALUES (?)"}
        .with(nameOfList(connection, search))
        .run();
}

} // namespace nextquill::store
