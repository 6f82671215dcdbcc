// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace nextquill::model {

/// What is added to a linear layer: scale · B·(A·dropout(x)), r the rank.
///
/// Numbers  A and B are float32 (float64 beside float64 weights) whatever the weights are, and are
///          rounded to the type of x for the products, as PEFT under autocast has it
/// Source   arXiv 2106.09685
struct LowRankAdapter
{
    torch::Tensor A; ///< [r, in]
    torch::Tensor B; ///< [out, r]
    double scale = 0;
    double dropout = 0;

    /// A uniform in ±1/sqrt(in) (PEFT's kaiming_uniform with a = sqrt(5)), B zero; both trainable.
    [[nodiscard]] static LowRankAdapter fresh(const torch::Tensor& weight, std::int64_t rank,
                                              double scale, double dropout,
                                              torch::Generator generator);

    /// weight + scale · B·A in the type of the weight, rounded once.
    [[nodiscard]] torch::Tensor mergedInto(const torch::Tensor& weight) const;
};

} // namespace nextquill::model
