// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/Kernels.h"

#include <cstdint>

namespace nextquill::kernels {

/// Scores of attention as they come from products whose right factor is packed in pairs: key by
/// key, a row for each of the keys, a column for each of `columns` queries (a multiple of 16).
///
/// Column c sees the keys before seen[c]; columns that stand for no query see all of them.
struct KeyScores
{
    std::int64_t columns = 0;
    std::int64_t firstKey = 0;          ///< of the rows
    std::int64_t keys = 0;              ///< rows, an even number
    const std::int32_t* seen = nullptr; ///< [columns]
    std::int64_t leastSeen = 0;         ///< rows before this are seen by all columns
    double scale = 1;                   ///< of scores before the softmax
};

/// Loops around products of bfloat16 matrices whose right factor is packed in *pairs*, as the
/// processors' instructions read it: [K / 2, N] words, each with the numbers of rows 2k and 2k + 1.
///
/// Threads  any; each call works on its own arrays
struct PairKernels
{
    using Index = std::int64_t;

    /// Rows [n, size] → the pairs of their transpose [size / 2, columns]; 0 in columns from n on.
    /// `columns` and `size` are multiples of 16.
    void (*packTransposed)(const BFloat16* rows, Index n, Index size, Index columns,
                           std::uint32_t* pairs);
    /// Rows [n, size] → their own pairs [columns / 2, size]; 0 from row n on.
    void (*packRows)(const BFloat16* rows, Index n, Index size, Index columns,
                     std::uint32_t* pairs);
    /// Pairs [n / 2, size] of rows [n, size] → the transposed rows [size, n], `stride` numbers
    /// apart. n / 2 and size are multiples of 16.
    void (*unpackTransposed)(const std::uint32_t* pairs, Index n, Index size, Index stride,
                             BFloat16* transposed);
    /// x [size, columns] → rows [n, size] of its transpose, each times its factor (none: 1).
    void (*transposeScaled)(const float* x, Index size, Index columns, const float* factors,
                            Index n, BFloat16* rows);

    /// Scores [keys, columns] → exp(scale s - their column's maximum), 0 where unseen, as pairs
    /// [keys / 2, columns] in the same memory. logSums and 1 / Σ per column. From key 0 on.
    void (*keySoftmax)(const KeyScores& scores, float* memory, float* logSums, float* inverse);
    /// Probabilities P from scores and log sums, and dS = P (dP - delta) scale, both as rows
    /// [keys, columns]; dS as pairs, too.
    void (*keySoftmaxBackward)(const KeyScores& scores, const float* S, const float* dP,
                               const float* logSums, const float* delta, BFloat16* P, BFloat16* dS,
                               std::uint32_t* dSPairs);
};

[[nodiscard]] const PairKernels& pairKernels(InstructionSet set);
[[nodiscard]] const PairKernels& pairKernels();

} // namespace nextquill::kernels
