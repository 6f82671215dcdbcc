// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loops behind PairKernels.h. A part of KernelLoops.h, which includes it once for each
// instruction set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

#include "core/kernels/PairKernels.h"

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

constexpr int tile = 16; ///< words in a vector

NEXTQUILL_INLINE WordLanes pairOf(HalfLanes low, HalfLanes high)
{
    return __builtin_convertvector(low, WordLanes) |
           (__builtin_convertvector(high, WordLanes) << 16);
}

NEXTQUILL_INLINE WordLanes loadWords(const void* from)
{
    WordLanes v;
    std::memcpy(&v, from, sizeof(v));
    return v;
}

NEXTQUILL_INLINE void storeWords(void* to, WordLanes v)
{
    std::memcpy(to, &v, sizeof(v));
}

NEXTQUILL_INLINE HalfLanes loadHalves(const BFloat16* from)
{
    HalfLanes v;
    std::memcpy(&v, from, sizeof(v));
    return v;
}

/// One stage of a transposition: exchanges, between rows that are `step` apart, the lanes whose
/// number has the bit of `step`. Lanes from `tile` on are those of the second row.
constexpr int fromFirst(int step, int lane)
{
    return (lane & step) != 0 ? tile + (lane ^ step) : lane;
}
constexpr int fromSecond(int step, int lane)
{
    return (lane & step) != 0 ? tile + lane : lane ^ step;
}

template<int s>
NEXTQUILL_INLINE void exchange(WordLanes (&rows)[tile])
{
#pragma GCC unroll 16
    for (int i = 0; i < tile; ++i) {
        if ((i & s) == 0) {
            const WordLanes a = rows[i];
            const WordLanes b = rows[i + s];
            rows[i] = __builtin_shufflevector(
                a, b, fromFirst(s, 0), fromFirst(s, 1), fromFirst(s, 2), fromFirst(s, 3),
                fromFirst(s, 4), fromFirst(s, 5), fromFirst(s, 6), fromFirst(s, 7), fromFirst(s, 8),
                fromFirst(s, 9), fromFirst(s, 10), fromFirst(s, 11), fromFirst(s, 12),
                fromFirst(s, 13), fromFirst(s, 14), fromFirst(s, 15));
            rows[i + s] = __builtin_shufflevector(
                a, b, fromSecond(s, 0), fromSecond(s, 1), fromSecond(s, 2), fromSecond(s, 3),
                fromSecond(s, 4), fromSecond(s, 5), fromSecond(s, 6), fromSecond(s, 7),
                fromSecond(s, 8), fromSecond(s, 9), fromSecond(s, 10), fromSecond(s, 11),
                fromSecond(s, 12), fromSecond(s, 13), fromSecond(s, 14), fromSecond(s, 15));
        }
    }
}

NEXTQUILL_INLINE void transposeTile(WordLanes (&rows)[tile])
{
    exchange<1>(rows);
    exchange<2>(rows);
    exchange<4>(rows);
    exchange<8>(rows);
}

inline void packTransposed(const BFloat16* rows, Index n, Index size, Index columns,
                           std::uint32_t* pairs)
{
    for (Index column = 0; column < columns; column += tile) {
        for (Index pair = 0; pair < size / 2; pair += tile) {
            WordLanes words[tile];
            for (Index i = 0; i < tile; ++i) {
                words[i] =
                    column + i < n ? loadWords(rows + (column + i) * size + 2 * pair) : WordLanes{};
            }
            transposeTile(words);
            for (Index i = 0; i < tile; ++i) {
                storeWords(pairs + (pair + i) * columns + column, words[i]);
            }
        }
    }
}

inline void packRows(const BFloat16* rows, Index n, Index size, Index columns, std::uint32_t* pairs)
{
    for (Index pair = 0; pair < columns / 2; ++pair) {
        const BFloat16* const low = rows + 2 * pair * size;
        for (Index j = 0; j < size; j += tile) {
            const HalfLanes none = {};
            const HalfLanes a = 2 * pair < n ? loadHalves(low + j) : none;
            const HalfLanes b = 2 * pair + 1 < n ? loadHalves(low + size + j) : none;
            storeWords(pairs + pair * size + j, pairOf(a, b));
        }
    }
}

inline void unpackTransposed(const std::uint32_t* pairs, Index n, Index size, Index stride,
                             BFloat16* transposed)
{
    for (Index pair = 0; pair < n / 2; pair += tile) {
        for (Index j = 0; j < size; j += tile) {
            WordLanes words[tile];
            for (Index i = 0; i < tile; ++i) {
                words[i] = loadWords(pairs + (pair + i) * size + j);
            }
            transposeTile(words);
            for (Index i = 0; i < tile; ++i) {
                storeWords(transposed + (j + i) * stride + 2 * pair, words[i]);
            }
        }
    }
}

inline void transposeScaled(const float* x, Index size, Index columns, const float* factors,
                            Index n, BFloat16* rows)
{
    for (Index column = 0; column < n; column += tile) {
        const FloatLanes factor =
            factors == nullptr ? all<float>(1.0F) : Whole::load(factors + column);
        const Index count = n - column < tile ? n - column : tile;
        for (Index j = 0; j < size; j += 2 * tile) {
            WordLanes words[tile];
            for (Index i = 0; i < tile; ++i) {
                const float* const pair = x + (j + 2 * i) * columns + column;
                words[i] = pairOf(rounded(Whole::load(pair) * factor),
                                  rounded(Whole::load(pair + columns) * factor));
            }
            transposeTile(words);
            for (Index i = 0; i < count; ++i) {
                storeWords(rows + (column + i) * size + j, words[i]);
            }
        }
    }
}

/// x in the columns that see `key`, `otherwise` in the others.
NEXTQUILL_INLINE FloatLanes whereSeen(FloatLanes x, IntLanes seen, Index key, FloatLanes otherwise)
{
    return seen > static_cast<std::int32_t>(key) ? x : otherwise;
}

/// `width` vectors of columns, all keys.
template<int width>
NEXTQUILL_INLINE void softmaxStrip(const KeyScores& scores, float* memory, float* logSums,
                                   float* inverse, Index column)
{
    const Index R = scores.columns;
    const auto scale = static_cast<float>(scores.scale);
    FloatLanes top[width];
    IntLanes seen[width];
    for (int w = 0; w < width; ++w) {
        top[w] = all<float>(-__builtin_inff());
        std::memcpy(&seen[w], scores.seen + column + w * tile, sizeof(seen[w]));
    }
    const Index plain = scores.leastSeen < scores.keys ? scores.leastSeen : scores.keys;
    for (Index key = 0; key < plain; ++key) {
        for (int w = 0; w < width; ++w) {
            top[w] = largerOf(Whole::load(memory + key * R + column + w * tile), top[w]);
        }
    }
    for (Index key = plain; key < scores.keys; ++key) {
        for (int w = 0; w < width; ++w) {
            const FloatLanes s = Whole::load(memory + key * R + column + w * tile);
            top[w] = largerOf(whereSeen(s, seen[w], key, top[w]), top[w]);
        }
    }
    FloatLanes sums[width] = {};
    for (int w = 0; w < width; ++w) {
        top[w] = top[w] * scale;
    }
    auto* const words = reinterpret_cast<std::uint32_t*>(memory);
    const auto sweep = [&](Index begin, Index end, bool isMasked) NEXTQUILL_INLINE_LAMBDA {
        for (Index key = begin; key < end; key += 2) {
            for (int w = 0; w < width; ++w) {
                const float* const s = memory + key * R + column + w * tile;
                FloatLanes a = exponential(Whole::load(s) * scale - top[w]);
                FloatLanes b = exponential(Whole::load(s + R) * scale - top[w]);
                if (isMasked) {
                    a = whereSeen(a, seen[w], key, FloatLanes{});
                    b = whereSeen(b, seen[w], key + 1, FloatLanes{});
                }
                sums[w] += a + b;
                storeWords(words + key / 2 * R + column + w * tile, pairOf(rounded(a), rounded(b)));
            }
        }
    };
    const Index even = plain / 2 * 2;
    sweep(0, even, false);
    sweep(even, scores.keys, true);
    for (int w = 0; w < width; ++w) {
        for (Index lane = 0; lane < tile; ++lane) {
            logSums[column + w * tile + lane] = top[w][lane] + logarithm(sums[w][lane]);
        }
        Whole::store(inverse + column + w * tile, 1.0F / sums[w]);
    }
}

inline void keySoftmax(const KeyScores& scores, float* memory, float* logSums, float* inverse)
{
    constexpr int width = 4;
    Index column = 0;
    for (; column + width * tile <= scores.columns; column += width * tile) {
        softmaxStrip<width>(scores, memory, logSums, inverse, column);
    }
    for (; column < scores.columns; column += tile) {
        softmaxStrip<1>(scores, memory, logSums, inverse, column);
    }
}

inline void keySoftmaxBackward(const KeyScores& scores, const float* S, const float* dP,
                               const float* logSums, const float* delta, BFloat16* P, BFloat16* dS,
                               std::uint32_t* dSPairs)
{
    const Index R = scores.columns;
    const auto scale = static_cast<float>(scores.scale);
    for (Index row = 0; row < scores.keys; row += 2) {
        const Index key = scores.firstKey + row;
        const bool isMasked = key + 2 > scores.leastSeen;
        for (Index column = 0; column < R; column += tile) {
            const FloatLanes logSum = Whole::load(logSums + column);
            const FloatLanes d = Whole::load(delta + column);
            IntLanes seen;
            std::memcpy(&seen, scores.seen + column, sizeof(seen));
            FloatLanes gradients[2];
            for (Index i = 0; i < 2; ++i) {
                const Index at = (row + i) * R + column;
                FloatLanes p = exponential(Whole::load(S + at) * scale - logSum);
                if (isMasked) {
                    p = whereSeen(p, seen, key + i, FloatLanes{});
                }
                gradients[i] = p * (Whole::load(dP + at) - d) * scale;
                Whole::store(P + at, p);
                Whole::store(dS + at, gradients[i]);
            }
            storeWords(dSPairs + row / 2 * R + column,
                       pairOf(rounded(gradients[0]), rounded(gradients[1])));
        }
    }
}

inline const PairKernels& pairTable()
{
    static constexpr PairKernels all{.packTransposed = packTransposed,
                                     .packRows = packRows,
                                     .unpackTransposed = unpackTransposed,
                                     .transposeScaled = transposeScaled,
                                     .keySoftmax = keySoftmax,
                                     .keySoftmaxBackward = keySoftmaxBackward};
    return all;
}

/// Not inline, as peak().
const PairKernels& pairs();
const PairKernels& pairs()
{
    return pairTable();
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
