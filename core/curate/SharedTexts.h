// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Leaks.h"
#include "core/store/SplitTimelines.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nextquill::curate {

/// Targets whose words another user wrote, too.
///
/// Memory   32 bytes a target, and 24 for each review with the words of a target
class SharedTexts
{
public:
    void addTarget(const store::PlacedReview& target, std::string_view words);

    /// Looks for the targets' words in all reviews. Equal digests are compared as texts.
    void find(store::Project& project, const LeakSettings& settings, std::vector<Leak>& leaks,
              const StopToken& stop, Progress& progress);

private:
    struct Target
    {
        std::uint64_t hash = 0;
        ReviewId review{};
        UserId user{};
        store::SplitPart part{};
    };
    struct Holder
    {
        std::uint64_t hash = 0;
        ReviewId review{};
        UserId user{};
    };
    using Targets = std::vector<Target>::const_iterator;
    using Holders = std::vector<Holder>::const_iterator;

    /// Targets and reviews of one digest.
    struct Group
    {
        Targets targets;
        Targets targetsEnd;
        Holders holders;
        Holders holdersEnd;
    };

    static void addGroup(store::Project& project, const Group& group, std::vector<Leak>& leaks);

    std::vector<Target> m_targets;
    std::vector<Holder> m_holders;
};

} // namespace nextquill::curate
