// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/AttentionPlan.h"
#include "core/model/SegmentAttention_torch.h"

#include <torch/torch.h>

#include <cstddef>
#include <span>

namespace nextquill::model {

class KeyValueCache;

/// Grouped-query attention where each root of the batch continues the sequence of a cache, into
/// which keys and values of layer `layer` are stored: q [N, H, headSize], k and v
/// [N, K, headSize] → [N, H, headSize]. No gradients. A root and its descendants are one chain.
///
/// Numbers  products in the type of q, softmax in float32 inside (float64 for float64)
[[nodiscard]] torch::Tensor cachedAttention(const torch::Tensor& q, const torch::Tensor& k,
                                            const torch::Tensor& v, const HeadShape& shape,
                                            const AttentionPlan& plan,
                                            std::span<KeyValueCache* const> caches,
                                            std::size_t layer);

} // namespace nextquill::model
