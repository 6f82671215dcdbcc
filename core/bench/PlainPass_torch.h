// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Network_torch.h"

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace nextquill::bench {

/// A pass without any idea: one sequence alone, LibTorch's operations instead of kernels, the head
/// at every position. Logits of the last `rows` positions, [rows, V] in float32.
[[nodiscard]] torch::Tensor plainLogits(model::Network& network,
                                        const std::vector<text::TokenId>& ids, std::int64_t rows);

} // namespace nextquill::bench
