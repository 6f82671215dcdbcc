// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"

#include <string_view>

namespace nextquill::model {

class GgufKeys;

/// Tensors that stand for a part of the configuration.
inline constexpr std::string_view rotaryTable = "rope_freqs.weight";
inline constexpr std::string_view longRotaryTable = "rope_factors_long.weight";
inline constexpr std::string_view shortRotaryTable = "rope_factors_short.weight";

/// How a GGUF file scales rotary positions, by its keys and tables. `config` has the sizes already.
///
/// Throws Error(Unsupported) for another kind, by name; Error(BadInput) for values out of range.
[[nodiscard]] RotaryScaling readGgufRotary(const GgufKeys& keys, const ModelConfig& config);

/// What YaRN multiplies cosines and sines by where nothing else is said.
[[nodiscard]] double yarnAttention(double factor);

} // namespace nextquill::model
