// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PairProduct_torch.h"

#include "core/kernels/Kernels.h"
#include "core/kernels/PanelKernels.h"
#include "core/model/PanelFactor_torch.h"

#include <ATen/native/CPUBlas.h>

#include <algorithm>

namespace nextquill::model {

namespace {

/// LibTorch says what it lacks (no oneDNN, another processor) by an exception.
bool works()
{
    if (kernels::availableInstructionSets().back() != kernels::InstructionSet::Avx512BFloat16) {
        return false;
    }
    constexpr std::uint32_t twoOnes = 0x3f803f80U;
    const std::uint32_t ones[16] = {twoOnes, twoOnes, twoOnes, twoOnes, twoOnes, twoOnes,
                                    twoOnes, twoOnes, twoOnes, twoOnes, twoOnes, twoOnes,
                                    twoOnes, twoOnes, twoOnes, twoOnes};
    float sums[16] = {};
    try {
        PairProduct{.M = 1, .N = 16, .K = 2, .stride = 2}(ones, ones, sums);
        endPairProducts();
    } catch (const c10::Error&) {
        return false;
    }
    return sums[0] == 2.0F && sums[15] == 2.0F;
}

} // namespace

bool hasPairProduct()
{
    static const bool has = works();
    return has;
}

void PairProduct::operator()(const void* A, const std::uint32_t* B, float* C) const
{
    const std::int64_t row = rowOfC > 0 ? rowOfC : N;
    if (panelsAreFaster(torch::kBFloat16) && N % 16 == 0) {
        const kernels::PanelLeft left{.panels = nullptr, .rows = A, .stride = stride * 2};
        for (std::int64_t first = 0; first < N; first += kernels::panelColumns) {
            kernels::panelKernels<kernels::BFloat16>().wideProduct(
                left, {.words = B + first, .stride = N}, K / 2,
                {.data = C + first,
                 .addend = adds ? C + first : nullptr,
                 .rows = M,
                 .columns = std::min(kernels::panelColumns, N - first),
                 .stride = row,
                 .addendStride = row});
        }
        return;
    }
    at::native::cpublas::brgemm(M, N, K, stride, N, row, adds, static_cast<const c10::BFloat16*>(A),
                                reinterpret_cast<const c10::BFloat16*>(B), C);
}

void endPairProducts()
{
    at::native::cpublas::brgemm_release();
}

} // namespace nextquill::model
