// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/SegmentAttention_torch.h"

#include <vector>

namespace nextquill::model {

/// Attention by LibTorch's operations, for a device without kernels and for layers with a window or
/// a cap. Keys before a block's window are not read. Private to SegmentAttention.
[[nodiscard]] Attended plainAttention(const Heads& heads, const HeadShape& shape,
                                      const AttentionPlan& plan, const QueryBlocks& blocks);
[[nodiscard]] HeadGradients plainAttentionBackward(const torch::Tensor& dRows, const Heads& heads,
                                                   const Attended& attended, const HeadShape& shape,
                                                   const AttentionPlan& plan,
                                                   const QueryBlocks& blocks);

/// Rows [n, H, d] of every block in the queries' order, and back.
void plainRowsToBlocks(const torch::Tensor& rows, const QueryBlocks& blocks, const HeadShape& shape,
                       torch::Tensor& flat);
void plainBlocksToRows(const torch::Tensor& flat, const QueryBlocks& blocks, const HeadShape& shape,
                       torch::Tensor& rows);

/// Of scores before the softmax: 1 / √d unless the shape has its own.
[[nodiscard]] double scaleOf(const HeadShape& shape);

/// The rows of keys or values [K, N, d] that each run sees, as [K, m, d]: parts of them where they
/// lie together, else copies.
[[nodiscard]] std::vector<torch::Tensor> seenBy(const torch::Tensor& x, const AttentionPlan& plan);

} // namespace nextquill::model
