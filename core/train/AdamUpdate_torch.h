// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/Kernels.h"

#include <torch/torch.h>

namespace nextquill::train {

/// Both moments of a parameter: in its master copy's number format, or as bytes of 8-bit codes with
/// a float32 scale for each block (core/kernels/DynamicCode.h).
///
/// Shapes   first, second as the parameter; scales [blocks] over its elements in their order, or
///          undefined
struct Moments
{
    torch::Tensor first;
    torch::Tensor firstScales;
    torch::Tensor second;
    torch::Tensor secondScales;

    [[nodiscard]] bool isEightBit() const { return firstScales.defined(); }
};

/// Moments of zero for a master copy, which is float32 where they are 8-bit.
[[nodiscard]] Moments zeroMoments(const torch::Tensor& master, bool eightBit);

/// One AdamW update of a master copy and its moments, without gradient tracking, and the weight
/// rounded from it where that is another tensor. The gradient has the master copy's format.
///
/// Numbers  8-bit moments are decoded to float32, updated, used for the weight and rounded to the
///          nearest code; the same whatever the number of threads. Without kernels (a GPU)
///          LibTorch's operations do it: the same up to the last digit, and a code at a tie
/// Speed    memory is read and written once; without kernels in pieces, so that what it takes
///          besides does not grow with the parameter where moments are 8-bit
void update(const kernels::AdamStep& step, const torch::Tensor& gradient, Moments& moments,
            torch::Tensor& master, torch::Tensor& weight);

} // namespace nextquill::train
