// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/distributed/JoinGroup.h"

#include <functional>
#include <string>
#include <vector>

namespace nextquill::train::testing {

/// Timing under which a lost rank is found at once.
[[nodiscard]] JoinTiming quickTiming();

/// Runs `work` on so many ranks, each a thread of this process, over a store in its memory. What
/// each threw, as its message; empty for those that ended well.
std::vector<std::string> onRanks(int ranks, const std::function<void(ProcessGroup&)>& work,
                                 const std::function<std::string(int rank)>& card = {},
                                 const std::function<void(Launch&)>& change = {});

} // namespace nextquill::train::testing
