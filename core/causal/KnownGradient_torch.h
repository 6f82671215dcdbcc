// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <array>
#include <functional>

namespace nextquill::causal {

/// Gradients of the hidden rows of both worlds for that of the value; undefined for a world without
/// one.
using GradientsOnDemand = std::function<std::array<torch::Tensor, 2>(const torch::Tensor& outer)>;

/// `value`, a scalar, as autograd sees it: a function of the hidden rows of both worlds, either of
/// which may be undefined. `gradients` is called when they are wanted, and forgotten then; a second
/// backward pass throws std::logic_error.
[[nodiscard]] torch::Tensor withKnownGradient(const torch::Tensor& value,
                                              const torch::Tensor& hidden_h,
                                              const torch::Tensor& hidden_0,
                                              GradientsOnDemand gradients);

} // namespace nextquill::causal
