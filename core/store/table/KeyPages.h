// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/RowSource.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection;
class ScannedSearch;

struct KeyPage
{
    std::vector<RowKey> keys; ///< in the query's order
    bool hasMore = false;     ///< in the direction that was read
};

/// Reads the keys of pages: through the source's statements and, where a search has no index, by
/// looking at the texts of what these give.
class KeyPages
{
public:
    KeyPages(Connection& connection, const RowSource& source, const std::string& search,
             Progress& progress);
    ~KeyPages();
    KeyPages(const KeyPages&) = delete;
    KeyPages& operator=(const KeyPages&) = delete;

    [[nodiscard]] KeyPage page(std::optional<RowKey> key, bool inclusive, bool backward, int limit);

private:
    [[nodiscard]] std::vector<RowKey> read(const std::optional<RowKey>& key, bool inclusive,
                                           bool backward, std::size_t limit);

    Connection& m_connection;
    const RowSource& m_source;
    Progress& m_progress;
    std::unique_ptr<ScannedSearch> m_scan; ///< null: the source knows the search
};

} // namespace nextquill::store
