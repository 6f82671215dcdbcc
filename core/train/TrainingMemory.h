// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"
#include "core/train/TrainingSettings.h"

#include <algorithm>
#include <cstdint>

namespace nextquill::train {

/// A pass of training as its memory depends on it.
struct PassSize
{
    std::int64_t tokens = 0;       ///< packed: shared parts, both branches, of all its records
    std::int64_t targetTokens = 0; ///< of all its records
};

/// What training takes in memory, in bytes, by the engine's own sizes.
///
///     weights      parameters × bytes of the number format
///     gradients    trained parameters × 4 (8 in float64)
///     optimizer    trained parameters × 8 (two moments; 16 in float64), or with 8-bit state × 2
///                  and 8 for each block of 256, small tensors apart; + 4 (master copy) in bfloat16
///     activations  tokens × what a layer keeps of one × layers; or, recomputed, tokens × hidden ×
///                  layers
///     layer        what the layer at work holds beside; recomputed, what it keeps, too
///     head         logits of both worlds and their gradient, chunked at 512 MiB; in bfloat16 some
///                  thousand rows of the gradient of the head before they are added (and, on a
///                  processor without products of bfloat16 pairs, of the head itself: left out)
struct TrainingMemory
{
    std::uint64_t weights = 0;
    std::uint64_t gradients = 0;
    std::uint64_t optimizer = 0;
    std::uint64_t activations = 0;
    std::uint64_t layer = 0;
    std::uint64_t head = 0;

    /// Head and layers are at work one after the other, while all activations are kept.
    [[nodiscard]] std::uint64_t working() const { return activations + std::max(layer, head); }
    [[nodiscard]] std::uint64_t peak() const { return weights + gradients + optimizer + working(); }
};

/// Weights of the adapters, both matrices of each target in each layer.
[[nodiscard]] std::int64_t adapterParameters(const model::ModelConfig& config,
                                             const model::LowRankSettings& settings);

/// `wordBytes`: of a weight, 2, 4 or 8; `recompute`: with activation checkpointing.
[[nodiscard]] TrainingMemory trainingMemory(const model::ModelConfig& config,
                                            const TrainingSettings& settings,
                                            std::uint64_t wordBytes, const PassSize& pass,
                                            bool recompute);

} // namespace nextquill::train
