// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"

namespace nextquill::model {

class GgufFile;

/// The configuration that a GGUF file's metadata and tensor shapes say; checked as
/// readModelConfig() does.
///
/// Throws Error(Unsupported) for other architectures, rotary scaling, mixtures of experts and
/// tensors that the architecture does not have, each by name; Error(BadInput).
[[nodiscard]] ModelConfig readGgufConfig(const GgufFile& file);

/// What files do not say and readers take for granted of an architecture: which layers have the
/// window, all but every `pattern`-th one, and which turn; none where all see everything and turn.
[[nodiscard]] std::vector<LayerKind> usualLayerKinds(const ModelConfig& config,
                                                     std::int64_t pattern);
/// The same of ModelConfig::queryScalar.
[[nodiscard]] double usualQueryScalar(const ModelConfig& config);

} // namespace nextquill::model
