// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace nextquill::model {

/// float64 for float64, else float32: what sums, statistics and gradients of weights are kept in.
[[nodiscard]] torch::ScalarType wideType(torch::ScalarType type);

/// True where core/kernels has the loops for a tensor; elsewhere (a GPU) LibTorch's operations
/// compute the same.
[[nodiscard]] bool hasKernels(const torch::Tensor& x);

/// While one lives, tensors on a processor are computed as on a device without kernels: what tests
/// and benchmarks compare with. One thread at a time.
class WithoutKernels
{
public:
    WithoutKernels();
    ~WithoutKernels();
    WithoutKernels(const WithoutKernels&) = delete;
    WithoutKernels& operator=(const WithoutKernels&) = delete;
};

/// All functions here are without gradient tracking: a layer writes its backward pass itself.
/// Tensors are contiguous.

/// The result of a norm and what its backward pass needs beside the input.
struct Normed
{
    torch::Tensor y; ///< [N, D]
    torch::Tensor r; ///< [N] in the wide type, 1 / sqrt(mean(x²) + epsilon)
};

/// What a norm multiplies by.
enum class NormScale {
    Weight,
    OnePlusWeight, ///< Gemma
};

/// weight · x / sqrt(mean(x²) + epsilon) over the last dimension, x [N, D].
///
/// Numbers  in the wide type, as Transformers has it: rounded to the type of x before the weight is
///          multiplied; with OnePlusWeight once, at the end
[[nodiscard]] Normed rmsNorm(const torch::Tensor& x, const torch::Tensor& weight, double epsilon,
                             NormScale scale = NormScale::Weight);

/// Gradients of rmsNorm: of x (plus `residual` where there is one), and of the weight in the wide
/// type where asked for.
struct NormGradients
{
    torch::Tensor x;
    torch::Tensor weight; ///< [D], or undefined
};
[[nodiscard]] NormGradients rmsNormBackward(const torch::Tensor& dy, const torch::Tensor& x,
                                            const torch::Tensor& weight, const torch::Tensor& r,
                                            const torch::Tensor& residual, bool ofWeight,
                                            NormScale scale = NormScale::Weight);

/// silu(gate) · up for x [N, 2F], gate and up side by side → [N, F].
[[nodiscard]] torch::Tensor gatedSilu(const torch::Tensor& x);

/// Overwrites x by its gradient and returns the activation again, [N, F].
[[nodiscard]] torch::Tensor gatedSiluBackward(const torch::Tensor& dy, torch::Tensor& x);

/// The same with the tanh form of GELU in the place of SiLU, by LibTorch's operations.
[[nodiscard]] torch::Tensor gatedGelu(const torch::Tensor& x);
[[nodiscard]] torch::Tensor gatedGeluBackward(const torch::Tensor& dy, torch::Tensor& x);

/// x / (1 - share) where a function of (key, place) keeps it, else 0. Draws on a GPU are others
/// than on a processor, and the same again for the same key.
[[nodiscard]] torch::Tensor droppedOut(const torch::Tensor& x, double share, std::uint64_t key);

/// sum += x, sum in the wide type.
void addTo(const torch::Tensor& x, torch::Tensor& sum);

/// Cosines and sines of the rotary position embedding, [N, headSize / 2], in the wide type; fewer
/// where only a head's first numbers turn.
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

/// Turns the halves of each head, or of its first numbers, by its position: x [N, heads, headSize].
[[nodiscard]] torch::Tensor rotate(const torch::Tensor& x, const RotaryTable& table);

} // namespace nextquill::model
