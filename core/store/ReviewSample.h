// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"

#include <cstdint>
#include <functional>

namespace nextquill::store {

class Project;

/// How many reviews a sample has, and of how many.
struct SampleSize
{
    std::int64_t reviews = 0;
    std::int64_t of = 0; ///< reviews of the project, excluded ones left out

    [[nodiscard]] bool isWhole() const { return reviews == of; }
};

/// Visits all reviews that are not excluded or, where there are more than `most`, about so many
/// that are drawn evenly; by id in any case. The same seed draws the same ones.
///
/// Speed    of the sample, whatever the project's size
/// Threads  as the project
/// Stops    between two reviews; progress counts them under the name of `stage`
/// Throws   Error(Storage)
SampleSize forEachSampled(Project& project, std::int64_t most, std::uint64_t seed,
                          const std::string& stage, const std::function<void(const Review&)>& visit,
                          const StopToken& stop, Progress& progress);

} // namespace nextquill::store
