// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Connection;

/// Derived numbers are kept in the file so that no list has to count. These functions keep them
/// true; call them inside the transaction that changes what they count.

/// Adds a difference (each field may be negative) to the project's totals.
void addToTotals(Connection& connection, const Counts& change);

/// All reviews of the project, those that are excluded and deleted included.
[[nodiscard]] std::int64_t storedReviews(Connection& connection);

/// Computes the derived columns of these users anew.
void refreshUsers(Connection& connection, const std::set<std::int64_t>& users);

/// One sentence for each derived number that is not what a count gives.
[[nodiscard]] std::vector<std::string> faultsOfTotals(Connection& connection);

[[nodiscard]] bool hasWord(std::string_view text) noexcept;

/// Runs of anything but ASCII white space.
[[nodiscard]] std::int64_t countWords(std::string_view text) noexcept;

} // namespace nextquill::store
