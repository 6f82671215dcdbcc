// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/AttentionPlan.h"
#include "core/model/RowFunctions_torch.h"

#include <torch/torch.h>

#include <cstdint>

namespace nextquill::model {

/// Numbers of heads and their size: H query heads share K key-value heads; and what becomes of
/// their scores.
struct HeadShape
{
    std::int64_t heads = 0;
    std::int64_t keyHeads = 0;
    std::int64_t size = 0;
    double scale = 0;        ///< of scores before the softmax; 0: 1 / √size
    double cap = 0;          ///< scaled scores s become c tanh(s / c); 0: they stay
    std::int64_t window = 0; ///< keys that a query sees, its own the last of them; 0: all

    /// Kernels and flash attention know neither caps nor windows: PlainAttention does such layers.
    [[nodiscard]] bool isPlain() const { return cap == 0 && window == 0; }
};

/// Queries, keys and values of a batch, turned by their positions.
struct Heads
{
    /// [N·H·size]: the rows of a QueryBlock of n rows that begins at row b lie as [H, n, size] from
    /// b·H·size, so that the heads that share keys are rows of one product.
    torch::Tensor queries;
    torch::Tensor keys;   ///< [K, N, size]
    torch::Tensor values; ///< [K, N, size]
};

/// Gradients of Heads; those of keys and values are sums over many queries, in the wide type.
struct HeadGradients
{
    torch::Tensor queries;
    torch::Tensor keys;
    torch::Tensor values;
};

/// What attention leaves for its backward pass.
struct Attended
{
    torch::Tensor rows;    ///< [N, H·size]
    torch::Tensor logSums; ///< [N·H] in the wide type, in the order of the queries
};

/// Rows of queries in a block, of which the last sees `longest` keys: their scores stay in a core's
/// cache, and long blocks fill a GPU.
[[nodiscard]] std::int64_t queryBlockRows(const torch::Tensor& like, const HeadShape& shape,
                                          std::int64_t longest);

/// x [N, (H + 2K) size] as projected → heads.
[[nodiscard]] Heads splitHeads(const torch::Tensor& x, const HeadShape& shape,
                               const QueryBlocks& blocks, const RotaryTable& rotary);
/// The way back for gradients → [N, (H + 2K) size].
[[nodiscard]] torch::Tensor mergeHeads(const HeadGradients& gradients, const HeadShape& shape,
                                       const QueryBlocks& blocks, const RotaryTable& rotary,
                                       torch::ScalarType type);

/// Grouped-query attention over segments; by LibTorch's operations where the shape is not plain.
///
/// Numbers  products in the type of the heads, softmax in the wide type
/// Speed    on a processor every block of queries of a key-value head is a task of its own, whose
///          scores never leave the core's cache; the backward pass computes them again. Blocks that
///          do not cover all rows leave the others' results undefined and their queries' gradients
///          0
[[nodiscard]] Attended segmentAttention(const Heads& heads, const HeadShape& shape,
                                        const AttentionPlan& plan, const QueryBlocks& blocks);
[[nodiscard]] HeadGradients segmentAttentionBackward(const torch::Tensor& dRows, const Heads& heads,
                                                     const Attended& attended,
                                                     const HeadShape& shape,
                                                     const AttentionPlan& plan,
                                                     const QueryBlocks& blocks);

} // namespace nextquill::model
