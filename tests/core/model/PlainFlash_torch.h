// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/FlashAttention_torch.h"

#include <torch/torch.h>

namespace nextquill::model::testing {

/// What LibTorch's flash attention is to compute, by its definition: sequence by sequence, a row
/// sees the keys up to its own, counted from the end. Gradients by autograd. The backward pass
/// insists on what the forward pass has left for it.
[[nodiscard]] FlashCalls plainFlash();

} // namespace nextquill::model::testing
