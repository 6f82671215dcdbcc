// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace nextquill::model {

/// Products of whole matrices by kernels of our own (core/kernels/PanelKernels.h), where they are
/// faster than LibTorch's: on processors that multiply pairs of bfloat16 but have no tiles, and for
/// float32 with AVX-512 on AMD's, for which LibTorch's library has no code of its own. What is
/// chosen depends on the processor alone, so a run that goes on computes the same numbers.
///
/// Elsewhere, and for other types, devices and small matrices, these are LibTorch's.
/// Sums are float32 over the whole length; every number is rounded once. Which thread computes
/// which part changes no result.
///
/// Without gradient tracking. Threads: LibTorch's own.

/// x Wᵀ, plus `addend` [N, out] or [out] where it is defined: x [N, in], W [out, in] → [N, out].
[[nodiscard]] torch::Tensor productWithRows(const torch::Tensor& x, const torch::Tensor& W,
                                            const torch::Tensor& addend = {});

/// dy W: dy [N, out], W [out, in] → [N, in].
[[nodiscard]] torch::Tensor productWithColumns(const torch::Tensor& dy, const torch::Tensor& W);

/// dyᵀ x into `gradient` [out, in], of the type that sums of x's are kept in: put there, or added.
void putGradientProduct(const torch::Tensor& dy, const torch::Tensor& x, torch::Tensor& gradient,
                        bool adds);

} // namespace nextquill::model
