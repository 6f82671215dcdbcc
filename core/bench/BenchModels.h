// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::bench {

/// Shapes of known models, to be filled with random weights: what a pass costs does not depend on
/// their values. "smollm2-135m", "qwen2.5-0.5b", "tiny".
[[nodiscard]] const std::vector<std::string>& modelNames();

/// Throws Error(BadInput) for a name that is none of modelNames().
[[nodiscard]] model::ModelConfig modelNamed(std::string_view name);

} // namespace nextquill::bench
