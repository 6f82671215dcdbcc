// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/export/ReviewSelection.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace nextquill::store {

/// What was written, counted while it is; a bit for each user and item.
class ExportTally
{
public:
    void add(const ExportRow& row)
    {
        ++rows;
        users += isNew(m_users, number(row.review.user)) ? 1 : 0;
        items += isNew(m_items, number(row.item.id)) ? 1 : 0;
        firstTime = std::min(firstTime, row.review.time);
        lastTime = std::max(lastTime, row.review.time);
        excluded += row.review.excluded ? 1 : 0;
    }

    std::int64_t rows = 0;
    std::int64_t users = 0;
    std::int64_t items = 0;
    std::int64_t excluded = 0; ///< that were asked for
    std::int64_t firstTime = std::numeric_limits<std::int64_t>::max();
    std::int64_t lastTime = 0;

private:
    static bool isNew(std::vector<bool>& seen, std::int64_t id)
    {
        const auto at = static_cast<std::size_t>(id);
        if (at >= seen.size()) {
            seen.resize(std::max(at + 1, 2 * seen.size()));
        }
        const bool wasNew = !seen[at];
        seen[at] = true;
        return wasNew;
    }

    std::vector<bool> m_users;
    std::vector<bool> m_items;
};

} // namespace nextquill::store
