// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace nextquill::model {

/// Adds to a parameter's gradient, which is kept in its .grad() in the wide type (float32, float64
/// for float64) whatever the parameter's own: sums over many records lose nothing to bfloat16.
/// Hooks that were registered on the parameter see what is added, as autograd has it.
void addGradient(const torch::Tensor& parameter, torch::Tensor gradient);

/// The parameter's gradient, zeros when there was none yet.
[[nodiscard]] torch::Tensor gradientOf(const torch::Tensor& parameter);

} // namespace nextquill::model
