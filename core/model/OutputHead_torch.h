// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace nextquill::model {

/// From hidden states to logits: z = W h, where a cap c is set c tanh(W h / c).
struct OutputHead
{
    // A matrix alone is a head without a cap.
    OutputHead(torch::Tensor matrix, double logitCap = 0); // NOLINT(*-explicit-*)

    torch::Tensor weight; ///< [V, D]
    double cap = 0;       ///< 0: none

    /// Of hidden states [M, D] → [M, V] in the wide type. Not differentiable.
    [[nodiscard]] torch::Tensor logits(const torch::Tensor& hidden) const;

    /// c tanh(z / c) in the place of z.
    void capInPlace(torch::Tensor& z) const;
    /// dz / d(W h) of capped logits: 1 - (z / c)².
    [[nodiscard]] torch::Tensor slope(const torch::Tensor& capped) const;
};

} // namespace nextquill::model
