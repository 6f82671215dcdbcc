// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <vector>

namespace nextquill::store {

class Project;

/// Ids of `limit` reviews by time from number `position` on, as tables are usually read: by
/// skipping the rows before them (OFFSET), and by TableReader's way from the key of the row before.
/// The plain way is what benchmarks and tests compare with; the program itself never reads so.
///
/// Stops    Stopped
/// Throws   Error(Storage)
[[nodiscard]] std::vector<std::int64_t> pageBySkipping(Project& project, std::int64_t position,
                                                       int limit, StopToken stop);
[[nodiscard]] std::vector<std::int64_t> pageByKey(Project& project, std::int64_t time,
                                                  std::int64_t id, int limit, StopToken stop);

} // namespace nextquill::store
