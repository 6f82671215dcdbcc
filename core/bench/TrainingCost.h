// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/TwinExample.h"
#include "core/model/ModelConfig.h"

#include <span>

namespace nextquill::bench {

/// Floating-point operations of a pass, those that are really done: matrix products alone, a
/// multiply-add counts two.
struct TrainingCost
{
    double forward = 0;
    double backward = 0; ///< of the inputs' gradients
    double weights = 0;  ///< of the weights' gradients

    [[nodiscard]] double of(bool full, bool recompute) const
    {
        return forward * (recompute ? 2 : 1) + backward + (full ? weights : 0);
    }
};

/// `blockRows`: rows of queries in a block of attention, whose keys are counted whole.
[[nodiscard]] TrainingCost trainingCost(const model::ModelConfig& config,
                                        std::span<const causal::TwinExample> records,
                                        std::int64_t blockRows);

} // namespace nextquill::bench
