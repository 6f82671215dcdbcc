// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/WordRank.h"

#include "core/store/Connection.h"
#include "core/store/QueryWords.h"

#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t mostRankedWords = 500;

} // namespace

/// Nothing of it is written anywhere: a database in memory.
struct WordRank::State
{
    Connection connection{":memory:", Access::Create};
};

WordRank::WordRank()
    : m_state{std::make_unique<State>()}
{
    m_state->connection.execute("CREATE VIRTUAL TABLE texts USING fts5 (text);");
    createQueryWords(m_state->connection);
}

WordRank::~WordRank() = default;

std::vector<double> WordRank::scores(const std::string& query,
                                     const std::vector<std::string>& texts)
{
    Connection& connection = m_state->connection;
    std::vector<double> scores(texts.size(), 0);
    Transaction transaction{connection}; // rolled back: the next call finds nothing
    const std::vector<std::string> words = queryWords(connection, query, mostRankedWords);
    if (words.empty()) {
        return scores;
    }
    Query add{connection, "INSERT INTO texts (rowid, text) VALUES (?, ?)"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        add.with(static_cast<std::int64_t>(i + 1), texts[i]).run();
    }
    Query find{connection, "SELECT rowid, bm25(texts) FROM texts WHERE texts MATCH ?"};
    find.with(anyOf(words));
    while (find.next()) {
        scores[static_cast<std::size_t>(find.integer(0) - 1)] = -find.real(1);
    }
    return scores;
}

} // namespace nextquill::store
