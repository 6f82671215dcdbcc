// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include "app/cli/Commands.h"

#include <string>

namespace nextquill::store {
class Project;
}

namespace nextquill::app {

/// `data stats --distributions`: says how many reviews have which words, ratings and times, how
/// many users how many reviews and, with a model, how many texts how many tokens; returns the same
/// as JSON.
[[nodiscard]] OrderedJson sayDistributions(store::Project& project, const std::string& model,
                                           Context& context);

} // namespace nextquill::app
