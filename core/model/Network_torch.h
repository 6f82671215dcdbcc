// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Decoder.h"
#include "core/model/KeyValueCache_torch.h"
#include "core/model/ModelConfig.h"
#include "core/model/Segments.h"

#include <torch/torch.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::model {

/// A parameter by its Hugging Face name; adapters as "<module>.lora_A.weight".
struct NamedParameter
{
    std::string name;
    torch::Tensor tensor;
};

/// The decoder's mathematics on LibTorch.
///
/// Private to model, causal, train and generate. Letters: N rows of the batch, D hidden, V
/// vocabulary.
class Network
{
public:
    /// Hidden states after the final norm at the given rows of the batch (all when none): [rows,
    /// D], in the compute dtype. Differentiable unless under NoGradGuard.
    ///
    /// With a cache the batch's roots continue the cached sequence: keys and values of the cache
    /// come first, positions go on, and the batch's own are appended (generation only).
    [[nodiscard]] torch::Tensor forward(const SegmentedBatch& batch,
                                        const std::optional<torch::Tensor>& rows = std::nullopt,
                                        KeyValueCache* cache = nullptr);

    /// The output head [V, D], in the compute dtype; the embedding itself where tied.
    [[nodiscard]] torch::Tensor headWeight() const;

    /// All weights, tied ones once, in a fixed order.
    [[nodiscard]] std::vector<NamedParameter> parameters() const;
    /// Those that training changes: adapters where there are any, else all.
    [[nodiscard]] std::vector<NamedParameter> trainableParameters() const;

    /// Dropout on or off; draws come from `seed` as set by setDropoutSeed.
    void setTraining(bool on);
    /// Makes the dropout of the next forward pass a function of (seed, step, micro-batch).
    void setDropoutSeed(std::uint64_t seed);

    // The implementation's members follow in this header: owned by the author of Network_torch.cpp.
};

} // namespace nextquill::model
