// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"

namespace nextquill::model {

class GgufFile;

/// The configuration that a GGUF file's metadata and tensor shapes say; checked as
/// readModelConfig() does.
///
/// Throws Error(Unsupported) for other architectures, rope scaling, mixtures of experts and tensors
/// that the architecture does not have, each by name; Error(BadInput).
[[nodiscard]] ModelConfig readGgufConfig(const GgufFile& file);

} // namespace nextquill::model
