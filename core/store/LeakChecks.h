// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// How many targets a kind of leak has, by part.
struct LeakCount
{
    std::string kind;                      ///< "text-in-history" and so on
    std::array<std::int64_t, 3> ofParts{}; ///< train, validation, test
    std::int64_t sameMoment = 0;           ///< of these, only by reviews of the same moment
};

/// What a search for leaks found, as it is kept for the data card: counts, no texts, no names.
struct LeakCheck
{
    std::int64_t targets = 0;
    double threshold = 0.5; ///< above this share of its runs of words a text stands in its history
    std::int64_t runWords = 5;
    std::vector<LeakCount> counts; ///< of each kind that was looked for
    std::int64_t time = 0;         ///< when; milliseconds since 1970, UTC
    bool isCurrent = true;         ///< nothing was imported or curated since
};

/// Keeps the check of a split as it is now; replaces an older one.
///
/// Throws Error(BadInput) when the project is open for reading only, Error(Storage)
void keepLeakCheck(Project& project, const Split& split, const LeakCheck& check);

/// The newest check of a split with this digest; none where it was never checked, or by a program
/// whose notes this one does not read.
[[nodiscard]] std::optional<LeakCheck> leakCheckOf(Project& project, const Split& split);

} // namespace nextquill::store
