// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/FullTextIndex.h"

#include "core/store/Totals.h"

namespace nextquill::store {

namespace {

constexpr std::int64_t textsBetweenReports = 1'000;

} // namespace

FullTextIndex::FullTextIndex(Connection& connection)
    : m_isThere{isThere(connection)}
    , m_add{connection, "INSERT INTO reviews_text (rowid, title, text) VALUES (?, ?, ?)"}
    , m_remove{connection, "INSERT INTO reviews_text (reviews_text, rowid, title, text) "
                           "VALUES ('delete', ?, ?, ?)"}
{
}

bool FullTextIndex::isThere(Connection& connection)
{
    return !Query{connection, "SELECT 1 FROM missing_indices WHERE name = 'search'"}.next();
}

void FullTextIndex::takeOut(Connection& connection)
{
    connection.execute("INSERT INTO reviews_text (reviews_text) VALUES ('delete-all')");
    Query{connection, "INSERT OR IGNORE INTO missing_indices VALUES ('search')"}.run();
}

void FullTextIndex::build(Connection& connection, const StopToken& stop, Progress& progress)
{
    if (Query{connection, "DELETE FROM missing_indices WHERE name = 'search'"}.run() == 0) {
        return;
    }
    FullTextIndex index{connection};
    const std::int64_t reviews = storedReviews(connection);
    Query texts{connection, "SELECT id, title, text FROM texts ORDER BY id"};
    for (std::int64_t done = 0; texts.next(); ++done) {
        index.add(texts.integer(0), texts.text(1), texts.text(2));
        if (done % textsBetweenReports == 0) {
            stopPoint(stop);
            progress.report({.done = done, .total = reviews, .stage = "indexing words"});
        }
    }
}

void FullTextIndex::add(std::int64_t review, const std::string& title, const std::string& text)
{
    if (m_isThere) {
        m_add.with(review, title, text).run();
    }
}

void FullTextIndex::remove(std::int64_t review, const std::string& title, const std::string& text)
{
    if (m_isThere) {
        m_remove.with(review, title, text).run();
    }
}

} // namespace nextquill::store
