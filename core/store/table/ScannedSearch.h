// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Connection.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace nextquill::store {

/// Searches texts in a project that goes without the full-text index: some reviews at a time are
/// put into an index in memory that is asked and emptied. So a search means exactly the same.
class ScannedSearch
{
public:
    ScannedSearch(Connection& connection, const std::string& search);
    ~ScannedSearch();
    ScannedSearch(const ScannedSearch&) = delete;
    ScannedSearch& operator=(const ScannedSearch&) = delete;

    /// Those of the reviews that match.
    [[nodiscard]] std::set<std::int64_t> hitsAmong(const std::vector<std::int64_t>& reviews);

private:
    std::string m_words;
    Connection& m_connection;
    Query m_text;
    Query m_add;
    Query m_find;
};

/// Lists the hits of a search over all reviews for the statements that follow on this connection,
/// where there is no index and they are not listed already. Slow: it reads all texts.
///
/// Stops    Stopped
void listHits(Connection& connection, const std::string& search, const StopToken& stop,
              Progress& progress);

[[nodiscard]] bool hasListedHits(Connection& connection, const std::string& search);

} // namespace nextquill::store
