// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace nextquill::store {

/// Ranks a few texts by how alike they are in words to a query: BM25 as SQLite's full-text index
/// computes it (k1 1.2, b 0.75, the tokenizer of the project's own index), over these texts alone,
/// as the benchmarks of the field do with a user's profile.
///
/// Threads  one at a time
/// Throws   Error(Storage), Error(OutOfMemory)
class WordRank
{
public:
    WordRank();
    ~WordRank();
    WordRank(const WordRank&) = delete;
    WordRank& operator=(const WordRank&) = delete;

    /// Parallel to `texts`: higher is more alike, 0 where no word of the query occurs. Nothing of
    /// the query is read as the index's own language; of a long one the first 500 different words
    /// count.
    [[nodiscard]] std::vector<double> scores(const std::string& query,
                                             const std::vector<std::string>& texts);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace nextquill::store
