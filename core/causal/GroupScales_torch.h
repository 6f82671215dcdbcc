// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/Objective.h"

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace nextquill::causal {

/// What a first sweep over the head's rows learns about every target token, [T] each.
struct TokenFigures
{
    torch::Tensor ce;   ///< of the main term
    torch::Tensor ce_d; ///< of the causal term; undefined where there is none
    torch::Tensor w;
    torch::Tensor pce; ///< undefined when one world is missing
};

/// What scales the gradients of each token's logits, and the losses. Stays on the device.
struct GroupScales
{
    torch::Tensor main;       ///< [T] k_t = w_t / Σw of its group, over the number of groups
    torch::Tensor causal;     ///< [T] α c_t; undefined without a causal term
    torch::Tensor js;         ///< [T] u_t = (CE_t - L) / Σw; undefined but for js-weight
    torch::Tensor mainLoss;   ///< scalar in float64, the mean over groups
    torch::Tensor causalLoss; ///< the same, without α; 0 where there is none
};

/// Scales of groups of tokens that lie one behind the other: records, or the whole micro-batch.
///
/// Shapes   T tokens, in groups of `lengths`
/// Numbers  sums in float64, the same whatever the number of threads; scales in the figures' type.
///          A group whose weights are all 0 has a main term of 0
/// Throws   Error(Internal) where the lengths are not those of the figures
[[nodiscard]] GroupScales groupScales(const Objective& objective, const TokenFigures& figures,
                                      const std::vector<std::int64_t>& lengths);

} // namespace nextquill::causal
