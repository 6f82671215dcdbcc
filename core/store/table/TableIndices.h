// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

/// What makes a table fast in one respect. An import into a new project leaves them out, since
/// they are built several times faster afterwards.
struct TableIndex
{
    std::string name;   ///< "time", "rating", "words", "items", "search"
    std::string serves; ///< what it makes fast, as a clause: "sort and filter reviews by time"
    bool isThere = false;
};

[[nodiscard]] std::vector<TableIndex> tableIndices(Project& project);

/// Builds one, or all that are missing. One transaction for each: a stop keeps those that are done.
///
/// Threads  as the project, which must be open for writing
/// Stops    Stopped
/// Throws   Error(BadInput) for a name that there is not; Error(Storage)
void buildIndex(Project& project, std::string_view name, StopToken stop, Progress& progress);
void buildMissingIndices(Project& project, StopToken stop, Progress& progress);

/// Takes one out: the file becomes smaller when it is packed, imports faster.
void dropIndex(Project& project, std::string_view name, StopToken stop, Progress& progress);

} // namespace nextquill::store
