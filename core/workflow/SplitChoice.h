// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <optional>
#include <string>

namespace nextquill::workflow {

/// The split of this name; of an empty name the newest, none where there is no split at all.
/// Throws Error(BadInput) for a name that no split has.
[[nodiscard]] std::optional<store::Split> splitCalled(store::Project& project,
                                                      const std::string& name);

/// The same; throws Error(BadInput) where there is none, too.
[[nodiscard]] store::Split requiredSplit(store::Project& project, const std::string& name);

/// "train", "validation" or "test"; throws Error(BadInput) for anything else.
[[nodiscard]] store::SplitPart splitPartCalled(const std::string& name);

} // namespace nextquill::workflow
