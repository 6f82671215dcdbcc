// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/FusedHead_torch.h"

namespace nextquill::causal {

/// METHOD.md's formulae written down as they stand, with whole [T, V] tensors and autograd: the
/// oracle that tests and benchmarks hold the fused head against. Same arguments, same result.
[[nodiscard]] LossResult
plainObjectiveLoss(const Objective& objective, const TwinHidden& pass,
                   const model::OutputHead& head,
                   const std::optional<torch::Tensor>& effects = std::nullopt);

} // namespace nextquill::causal
