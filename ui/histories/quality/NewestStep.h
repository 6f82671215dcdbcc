// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill::store {
class Project;
}

namespace nextquill::ui {

/// The newest step of curation that is not taken back; 0: none.
[[nodiscard]] std::int64_t newestStep(store::Project& project);

/// Takes back this step. Throws Error(BadInput) where it is not the newest one any more.
void undoStep(store::Project& project, std::int64_t step);

} // namespace nextquill::ui
