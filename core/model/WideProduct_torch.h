// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace nextquill::model {

/// x Wᵀ as the wide type has it: sums are float32 (float64 for float64 factors) and not rounded to
/// the factors' own type.
///
/// For bfloat16 on a processor this reads the factors as they are, block by block, instead of
/// making float32 copies of them: products of two bfloat16 numbers are exact in float32, so that
/// nothing is lost but the order of sums.
///
/// Shapes   x [M, D], W [N, D] of one type, rows in one piece → [M, N]
[[nodiscard]] torch::Tensor wideProduct(const torch::Tensor& x, const torch::Tensor& W);

} // namespace nextquill::model
