// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace nextquill::model {

/// Whether products of bfloat16 blocks can be had from the processor's own instructions for them
/// (AVX-512 BF16, AMX) through LibTorch, which panels (PanelFactor_torch.h) replace where they are
/// faster. Found out once, by trying.
[[nodiscard]] bool hasPairProduct();

/// A product of small matrices that lie in a core's cache, on the calling thread alone.
///
/// C [M, N] = A [M, K] B, or += where it adds; A in rows `stride` numbers apart, B as pairs
/// [K / 2, N] words (core/kernels/PairKernels.h), C and its rows in one piece unless `rowOfC` says
/// how far apart they are. K is even. Code is made once per thread for each shape: use few of them.
struct PairProduct
{
    std::int64_t M = 0;
    std::int64_t N = 0;
    std::int64_t K = 0;
    std::int64_t stride = 0;
    std::int64_t rowOfC = 0; ///< 0: N
    bool adds = false;

    void operator()(const void* A, const std::uint32_t* B, float* C) const;
};

/// To be called when a thread is done with its products: frees its tiles for others' use.
void endPairProducts();

} // namespace nextquill::model
