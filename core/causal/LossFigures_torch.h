// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/Objective.h"

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <vector>

namespace nextquill::causal {

/// What a loss reports, on its device until somebody reads it: a pass need not wait for that.
struct LossFigures
{
    /// [5] float64: loss, main term, causal term, mean PCE, share of preference-bearing tokens
    torch::Tensor numbers;
    std::int64_t tokens = 0; ///< target tokens
    bool hasPce = false;
};

/// Reads the figures of several losses at once, which waits for their device once.
[[nodiscard]] std::vector<LossReport> reportsOf(std::span<const LossFigures> figures);

} // namespace nextquill::causal
