// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace nextquill::model {

/// Cosines and sines of the rotary position embedding, [N, 1, headSize / 2], in the compute type.
///
/// Numbers  frequencies and angles in float32 as Transformers has them, float64 for float64
/// Source   arXiv 2104.09864, in the form that turns the two halves of a head
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

/// weight · x / sqrt(mean(x²) + epsilon) over the last dimension.
///
/// Numbers  in float32, rounded to the type of x before the weight is multiplied, as Transformers
///          has it; float64 throughout for float64
[[nodiscard]] torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& weight,
                                    double epsilon);

/// silu(gate) · up; keeps nothing but its inputs for the backward pass.
[[nodiscard]] torch::Tensor gatedSilu(const torch::Tensor& gate, const torch::Tensor& up);

} // namespace nextquill::model
