// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/SplitDifference.h"

#include <string>

namespace nextquill::store {

/// Tells why an example is in one of two splits and not in the other, from their settings, from
/// what became of the review, and from what the older split could not know.
///
/// What a setting of the newer split does not explain and the journal of the project does not
/// either stays "not known": nothing is guessed.
class SplitReasons
{
public:
    SplitReasons(Project& project, SplitId before, SplitId after);

    /// A clause: "it was excluded", "4 words, fewer than 5".
    [[nodiscard]] std::string of(const SplitChange& change);

private:
    struct Facts
    {
        std::int64_t out = 0; ///< 1: excluded, 2: deleted
        std::int64_t words = 0;
        std::int64_t time = 0;
        std::int64_t user = 0;
        std::int64_t imported = 0; ///< when its import began
        std::int64_t earlier = 0;  ///< reviews in its history now
    };

    [[nodiscard]] Facts factsOf(ReviewId review);
    [[nodiscard]] std::string whyAbsent(const Split& from, const Split& other, ReviewId review);
    [[nodiscard]] std::string cameLater(const Split& from, const Facts& facts, ReviewId review);
    [[nodiscard]] std::string refusedBy(const Split& from, const Facts& facts);
    [[nodiscard]] bool isBeyondMaximum(const Split& from, const Facts& facts);
    [[nodiscard]] bool userChangedSince(const Split& from, const Facts& facts);

    Project& m_project;
    Split m_before;
    Split m_after;
    Query m_facts;
    Query m_earlier;
    Query m_newestStep;
    Query m_ofUser;
    Query m_changesOfUser;
};

} // namespace nextquill::store
