// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/GgufWriter.h"
#include "core/model/ModelConfig.h"

#include <vector>

namespace nextquill::model {

/// Appends general.architecture and the architecture's own keys.
///
/// Returns  tensors that stand for a part of the configuration: tables of rotary factors
/// Throws   Error(Unsupported) for what GGUF files of the architecture cannot say, by name
/// Source   llama.cpp's conversion scripts, and what it takes for granted of each architecture
[[nodiscard]] std::vector<GgufTensor> appendConfig(GgufPairs& pairs, const ModelConfig& config);

} // namespace nextquill::model
