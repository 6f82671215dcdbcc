// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"

#include <functional>
#include <string>

namespace nextquill::curate {

/// All reviews that are not excluded, by id, a page at a time: memory does not grow with the
/// project.
///
/// Progress reviews under the name of `stage`
/// Stops    between two reviews
void forEachReview(store::Project& project, const std::string& stage,
                   const std::function<void(const store::ReviewRow&)>& visit, const StopToken& stop,
                   Progress& progress);

} // namespace nextquill::curate
