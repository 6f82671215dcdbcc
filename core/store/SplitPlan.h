// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

/// A review that a split may ask for.
struct SplitTarget
{
    std::int64_t review = 0;
    std::int64_t user = 0;
    std::int64_t time = 0;
    std::string digest; ///< of its user, its history and itself
    SplitPart part = SplitPart::Train;
};

/// Decides for each target what it is for. Targets come by user and, within a user, by time.
void assignParts(std::vector<SplitTarget>& targets, const SplitSettings& settings);

/// One digest of all targets and their parts: the same data gives the same one, whatever its row
/// ids are.
[[nodiscard]] std::string splitDigest(const std::vector<SplitTarget>& targets);

} // namespace nextquill::store
