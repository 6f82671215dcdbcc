// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/SplitPlan.h"

#include <vector>

namespace nextquill::store {

class Project;

/// The targets of a split before they have parts, and what became of the other reviews.
struct CollectedTargets
{
    std::vector<SplitTarget> targets; ///< by user and time
    SplitPreview left;                ///< its counts of what is left out
};

/// With digests and keys, from the texts.
[[nodiscard]] CollectedTargets collectTargets(Project& project, const SplitSettings& settings,
                                              const StopToken& stop, Progress& progress);

/// Without: from indices alone.
[[nodiscard]] CollectedTargets countTargets(Project& project, const SplitSettings& settings,
                                            const StopToken& stop, Progress& progress);

} // namespace nextquill::store
