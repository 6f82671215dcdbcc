// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/PanelKernels.h"
#include "core/model/KernelCall_torch.h"

#include <torch/torch.h>

namespace nextquill::model {

/// Whether panels (core/kernels/PanelKernels.h) multiply numbers of this type faster than LibTorch
/// does on this processor.
[[nodiscard]] bool panelsAreFaster(torch::ScalarType type);

/// Both are matrices of such numbers, in memory as panels read them.
[[nodiscard]] bool takePanels(const torch::Tensor& left, const torch::Tensor& right);

/// A processor's matrix whose rows are one after the other.
[[nodiscard]] bool isRowMatrix(const torch::Tensor& x);

/// The vectors that a product sums over are the matrix's rows, transposed its columns.
template<class T>
[[nodiscard]] kernels::PanelFactor<T> panelFactor(const torch::Tensor& matrix, bool isTransposed)
{
    return {.data = memoryOf<T>(matrix),
            .outer = matrix.size(isTransposed ? 1 : 0),
            .sum = matrix.size(isTransposed ? 0 : 1),
            .stride = matrix.stride(0),
            .isTransposed = isTransposed};
}

} // namespace nextquill::model
