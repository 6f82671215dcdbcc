// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"
#include "core/model/RowFunctions_torch.h"

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace nextquill::model {

/// The rotary positions of a batch's rows for every kind of layer that a model has.
struct RotaryTables
{
    RotaryTable turning;
    RotaryTable sliding; ///< of layers under a window, where theirs differ (Gemma 3)
    RotaryTable still;   ///< of layers without positions (SmolLM3): turns by 0

    [[nodiscard]] const RotaryTable& of(const LayerKind& kind) const
    {
        if (!kind.turns) {
            return still;
        }
        return kind.slides && sliding.cos.defined() ? sliding : turning;
    }
};

/// `lengths`: of each row's sequence; empty unless the model's positions depend on it.
///
/// Numbers  as Transformers has them: frequencies, their scaling and angles in float32; float64 for
///          float64
[[nodiscard]] RotaryTables rotaryTables(const ModelConfig& config,
                                        const std::vector<std::int64_t>& positions,
                                        const std::vector<std::int64_t>& lengths,
                                        const torch::TensorOptions& options);

/// Frequencies in a sequence of `length` tokens, [turning / 2], where `turning` numbers of a head
/// are turned.
[[nodiscard]] torch::Tensor rotaryFrequencies(const RotaryScaling& scaling, double theta,
                                              std::int64_t turning, std::int64_t length,
                                              const torch::TensorOptions& wide);

} // namespace nextquill::model
