// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Segments.h"

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace nextquill::model {

class KeyValueCache;

/// Which rows of keys and values a segment's rows see: those of its ancestors, then its own up to
/// the row itself.
struct AttentionRun
{
    std::int64_t begin = 0; ///< rows of the batch
    std::int64_t length = 0;
    /// Rows (begin, length) of the ancestors, root first; neighbours are one range.
    std::vector<std::pair<std::int64_t, std::int64_t>> ancestors;
    std::size_t root = 0;      ///< which of the batch's roots it descends from
    std::int64_t fromRoot = 0; ///< tokens of its ancestors
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

/// Cosines and sines of the rotary position embedding, [N, headSize / 2], in the compute type.
///
/// Numbers  frequencies and angles in float32 as Transformers has them, float64 for float64
struct RotaryTable
{
    torch::Tensor cos;
    torch::Tensor sin;
};
[[nodiscard]] RotaryTable rotaryTable(const std::vector<std::int64_t>& positions,
                                      std::int64_t headSize, double theta,
                                      const torch::TensorOptions& options);

/// Turns the halves of each head by its position: x [N, heads, headSize].
[[nodiscard]] torch::Tensor rotate(const torch::Tensor& x, const RotaryTable& table);

/// Grouped-query attention over segments: q [N, H, headSize], k and v [N, K, headSize] →
/// [N, H·headSize].
///
/// Numbers  products in the type of q, softmax in float32 inside (float64 for float64)
/// Speed    scores of one block of queries are in memory at a time; the backward pass computes
///          them again
[[nodiscard]] torch::Tensor segmentAttention(const torch::Tensor& q, const torch::Tensor& k,
                                             const torch::Tensor& v, const AttentionPlan& plan);

/// The same where each root of the batch continues the sequence of a cache, into which keys and
/// values of layer `layer` are stored. No gradients. A root and its descendants are one chain.
[[nodiscard]] torch::Tensor cachedAttention(const torch::Tensor& q, const torch::Tensor& k,
                                            const torch::Tensor& v, const AttentionPlan& plan,
                                            std::span<KeyValueCache* const> caches,
                                            std::size_t layer);

} // namespace nextquill::model
