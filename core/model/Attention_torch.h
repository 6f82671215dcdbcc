// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Segments.h"

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace nextquill::model {

class KeyValueCache;

/// Consecutive rows of a batch.
struct RowRange
{
    std::int64_t begin = 0;
    std::int64_t length = 0;
};

/// Which rows of keys and values a segment's rows see: those of its ancestors, then its own up to
/// the row itself.
struct AttentionRun
{
    RowRange own;
    std::vector<RowRange> ancestors; ///< root first; neighbours are one range
    std::size_t root = 0;            ///< which of the batch's roots it descends from
    std::int64_t past = 0;           ///< tokens of the ancestors together
};

/// Who sees whom, worked out once for all layers.
struct AttentionPlan
{
    std::vector<AttentionRun> runs; ///< empty segments have none
    std::size_t roots = 0;
};

/// Throws Error(Internal) for a batch whose segments do not lie in its tokens one after the other,
/// or whose parents do not come first.
[[nodiscard]] AttentionPlan planAttention(const SegmentedBatch& batch);

/// Grouped-query attention over segments: q [N, H, headSize], k and v [N, K, headSize] →
/// [N, H, headSize].
///
/// Numbers  products in the type of q, softmax in float32 inside (float64 for float64)
/// Speed    scores of one block of queries are in memory at a time; the backward pass computes
///          them again
[[nodiscard]] torch::Tensor segmentAttention(const torch::Tensor& q, const torch::Tensor& k,
                                             const torch::Tensor& v,
                                             std::shared_ptr<const AttentionPlan> plan);

/// The same where each root of the batch continues the sequence of a cache, into which keys and
/// values of layer `layer` are stored. No gradients. A root and its descendants are one chain.
[[nodiscard]] torch::Tensor cachedAttention(const torch::Tensor& q, const torch::Tensor& k,
                                            const torch::Tensor& v, const AttentionPlan& plan,
                                            std::span<KeyValueCache* const> caches,
                                            std::size_t layer);

} // namespace nextquill::model
