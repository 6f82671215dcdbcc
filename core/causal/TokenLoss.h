// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/Objective.h"
#include "core/causal/PreferenceEffects.h"

#include <vector>

namespace nextquill::causal {

/// What one token counts for in the main term of a loss.
struct TokenLoss
{
    double weight = 1; ///< w_t
    /// The token's part of the gradient that reaches the logits, in [0, 1]; sums to 1 over a text
    /// unless that gradient is 0 everywhere.
    ///
    /// The main term's gradient at t is w_t (softmax(z)[t] - onehot(y_t)), whose entries sum in
    /// size to 2 w_t (1 - p_t): so p_t and the weight are all it takes. The causal term and
    /// js-weight's gradient through its weights are not in it.
    double gradientShare = 0;
};

/// One per token, in order, by the objective's own weights: as training on this text with this
/// model would begin.
///
/// Source  METHOD.md, Training objectives
[[nodiscard]] std::vector<TokenLoss> tokenLosses(const PreferenceEffects& effects,
                                                 const Objective& objective);

} // namespace nextquill::causal
