// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>

namespace nextquill::store {

class Project;

/// Takes the full-text index out for an import of so many bytes, where it is faster to build it
/// afterwards, and notes that it is to be built; with `forGood`, that it is not.
void deferSearch(Project& project, std::int64_t bytes, bool forGood);

/// Builds the index that was taken out for an import.
///
/// Stops    Stopped; the next import builds it
void buildDeferredSearch(Project& project, const StopToken& stop, Progress& progress);

} // namespace nextquill::store
