// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

namespace nextquill::store {

class Connection;

/// Collects what depends on reviews that a step changes, and brings it up to date at its end: the
/// figures of users, the counts of items, the totals. Of many users all reviews are read once, in
/// the order of the file, which is much faster than user by user.
///
/// Memory  8 bytes for each user of the project, 48 for each that is affected
class AffectedRows
{
public:
    explicit AffectedRows(Connection& connection);

    /// A review's state becomes another one (ReviewState's numbers).
    void stateChanges(std::int64_t user, std::int64_t item, std::int64_t before,
                      std::int64_t after);
    void userChanges(std::int64_t user);
    void totalsChange(const Counts& change);

    /// Inside the transaction.
    void bringUpToDate(const StopToken& stop, Progress& progress);

private:
    void refreshManyUsers(const StopToken& stop, Progress& progress);

    Connection& m_connection;
    std::vector<bool> m_isAffected; ///< by the user's id
    std::int64_t m_users = 0;
    std::unordered_map<std::int64_t, std::int64_t> m_items;
    Counts m_totals;
};

} // namespace nextquill::store
