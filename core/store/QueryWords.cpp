// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/QueryWords.h"

#include "core/store/Connection.h"

namespace nextquill::store {

// The index's own tokenizer finds the words, so that they are those of the index whatever it does.
void createQueryWords(Connection& memory)
{
    memory.execute("CREATE VIRTUAL TABLE asked USING fts5 (text);"
                   "CREATE VIRTUAL TABLE asked_words USING fts5vocab (asked, 'instance');");
}

std::vector<std::string> queryWords(Connection& memory, const std::string& text, std::size_t most)
{
    Query{memory, "DELETE FROM asked"}.run();
    Query{memory, "INSERT INTO asked (rowid, text) VALUES (1, ?)"}.with(text).run();
    Query words{memory, "SELECT term FROM (SELECT term, min(\"offset\") AS place FROM asked_words "
                        "GROUP BY term ORDER BY place LIMIT ?) ORDER BY term"};
    words.with(static_cast<std::int64_t>(most));
    std::vector<std::string> found;
    while (words.next()) {
        found.push_back(words.text(0));
    }
    return found;
}

std::string anyOf(const std::vector<std::string>& words)
{
    std::string query;
    for (const std::string& word : words) { // letters and digits alone: the tokenizer's
        query.append(query.empty() ? "\"" : " OR \"").append(word).append("\"");
    }
    return query;
}

} // namespace nextquill::store
