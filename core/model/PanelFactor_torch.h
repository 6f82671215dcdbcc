// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/PanelKernels.h"
#include "core/model/KernelCall_torch.h"

#include <torch/torch.h>

#include <cstdint>

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

/// How often packedRows rows are packed for all of the left factor.
template<class T>
[[nodiscard]] std::int64_t packsOf(const kernels::PanelFactor<T>& left)
{
    return (left.outer + kernels::packedRows - 1) / kernels::packedRows;
}

/// Packs begin … end of the left factor, into the panels of all of it.
template<class T>
void packRows(const kernels::PanelFactor<T>& left, std::int64_t begin, std::int64_t end,
              std::uint32_t* panels)
{
    for (std::int64_t row = begin * kernels::packedRows; row < end * kernels::packedRows;
         row += kernels::packedRows) {
        kernels::panelKernels<T>().packLeft(left, row,
                                            panels + row * kernels::panelWords<T>(left.sum));
    }
}

/// The left factor's rows from one on, a multiple of panelRows: from the panels of all of it, or,
/// where there are none, as they lie in memory.
template<class T>
[[nodiscard]] kernels::PanelLeft rowsFrom(const kernels::PanelFactor<T>& left, std::int64_t row,
                                          const std::uint32_t* panels)
{
    if (panels != nullptr) {
        return {.panels = panels + row * kernels::panelWords<T>(left.sum),
                .rows = nullptr,
                .stride = 0};
    }
    return {.panels = nullptr,
            .rows = left.data + row * left.stride,
            .stride = left.stride * static_cast<std::int64_t>(sizeof(T))};
}

} // namespace nextquill::model
