// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Decoder.h"
#include "core/model/ModelConfig.h"

#include <memory>

namespace nextquill::bench {

/// A model of this shape that is on no disk: random weights, and a tokenizer of the 256 bytes.
/// Nothing ends its texts. Writing it somewhere is not possible: Error(Unsupported).
[[nodiscard]] std::shared_ptr<const model::ModelFiles>
randomModel(const model::ModelConfig& config);

/// It, loaded. Stops: Stopped.
[[nodiscard]] std::unique_ptr<model::Decoder> randomDecoder(const model::ModelConfig& config,
                                                            model::ComputeType type,
                                                            const StopToken& stop,
                                                            Progress& progress);

} // namespace nextquill::bench
