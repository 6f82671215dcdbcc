// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loops behind PanelKernels.h. A part of KernelLoops.h, which includes it once for each
// instruction set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

#include "core/kernels/PanelKernels.h"

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

constexpr int panelVectors = panelColumns / tile;

template<class T>
constexpr Index inWord = 4 / static_cast<Index>(sizeof(T));

/// `bytes` of memory, 0 after them.
NEXTQUILL_INLINE WordLanes loadWordsPart(const void* from, Index bytes)
{
    WordLanes v = {};
    std::memcpy(&v, from, static_cast<std::size_t>(bytes));
    return v;
}

/// Lanes: numbers first … first + tile of one row of a transposed factor, `count` of which exist.
NEXTQUILL_INLINE WordLanes columnWords(const PanelFactor<float>& factor, Index word, Index first,
                                       Index count)
{
    const float* const from = factor.data + word * factor.stride + first;
    return count == tile ? loadWords(from) : loadWordsPart(from, count * 4);
}

NEXTQUILL_INLINE HalfLanes loadHalvesPart(const BFloat16* from, Index count)
{
    HalfLanes v = {};
    std::memcpy(&v, from, static_cast<std::size_t>(count) * sizeof(BFloat16));
    return v;
}

NEXTQUILL_INLINE WordLanes columnWords(const PanelFactor<BFloat16>& factor, Index word, Index first,
                                       Index count)
{
    const BFloat16* const low = factor.data + 2 * word * factor.stride + first;
    const BFloat16* const high = low + factor.stride;
    const bool hasHigh = 2 * word + 1 < factor.sum;
    const HalfLanes none = {};
    if (count == tile) {
        return pairOf(loadHalves(low), hasHigh ? loadHalves(high) : none);
    }
    return pairOf(loadHalvesPart(low, count), hasHigh ? loadHalvesPart(high, count) : none);
}

/// Words word … word + tile of the vectors first … first + tile: a row for each word, a lane for
/// each vector, 0 where there is none.
template<class T>
NEXTQUILL_INLINE void readTile(const PanelFactor<T>& factor, Index first, Index word,
                               WordLanes (&words)[tile])
{
    const Index count = factor.outer - first < tile ? factor.outer - first : tile;
    if (factor.isTransposed) {
        const Index all = panelWords<T>(factor.sum);
        for (Index i = 0; i < tile; ++i) {
            words[i] = word + i < all && count > 0 ? columnWords(factor, word + i, first, count)
                                                   : WordLanes{};
        }
        return;
    }
    const Index numbers = factor.sum - word * inWord<T>;
    const bool isWhole = numbers >= tile * inWord<T>;
    for (Index i = 0; i < tile; ++i) {
        const T* const from = factor.data + (first + i) * factor.stride + word * inWord<T>;
        if (i >= count) {
            words[i] = WordLanes{};
        } else {
            words[i] = isWhole ? loadWords(from)
                               : loadWordsPart(from, numbers * static_cast<Index>(sizeof(T)));
        }
    }
    transposeTile(words);
}

template<class T>
inline void packRight(const PanelFactor<T>& right, Index first, std::uint32_t* panel)
{
    const Index all = panelWords<T>(right.sum);
    for (Index word = 0; word < all; word += tile) {
        const Index count = all - word < tile ? all - word : tile;
        for (int v = 0; v < panelVectors; ++v) {
            WordLanes words[tile];
            readTile(right, first + v * tile, word, words);
            for (Index i = 0; i < count; ++i) {
                storeWords(panel + (word + i) * panelColumns + v * tile, words[i]);
            }
        }
    }
}

template<class T>
inline void packLeft(const PanelFactor<T>& left, Index first, std::uint32_t* panels)
{
    const Index all = panelWords<T>(left.sum);
    constexpr std::size_t half = sizeof(WordLanes) / 2;
    for (Index word = 0; word < all; word += tile) {
        const Index count = all - word < tile ? all - word : tile;
        WordLanes words[tile];
        readTile(left, first, word, words);
        for (Index i = 0; i < count; ++i) {
            const auto* const bytes = reinterpret_cast<const char*>(&words[i]);
            std::memcpy(panels + (word + i) * panelRows, bytes, half);
            std::memcpy(panels + (all + word + i) * panelRows, bytes + half, half);
        }
    }
}

/// sum + a · b, both numbers of a word in bfloat16.
NEXTQUILL_INLINE FloatLanes addedProduct(FloatLanes sum, std::uint32_t a, WordLanes b, float)
{
    return sum + all<float>(__builtin_bit_cast(float, a)) * __builtin_bit_cast(FloatLanes, b);
}

NEXTQUILL_INLINE FloatLanes addedProduct(FloatLanes sum, std::uint32_t a, WordLanes b, BFloat16)
{
#if defined(__AVX512BF16__)
    return __builtin_bit_cast(
        FloatLanes,
        _mm512_dpbf16_ps(__builtin_bit_cast(__m512, sum),
                         __builtin_bit_cast(__m512bh, _mm512_set1_epi32(static_cast<int>(a))),
                         __builtin_bit_cast(__m512bh, b)));
#else
    const float low = __builtin_bit_cast(float, a << 16);
    const float high = __builtin_bit_cast(float, a & 0xffff0000U);
    sum += all<float>(low) * __builtin_bit_cast(FloatLanes, b << 16);
    return sum + all<float>(high) * __builtin_bit_cast(FloatLanes, b & 0xffff0000U);
#endif
}

NEXTQUILL_INLINE std::uint32_t wordAt(const char* from)
{
    std::uint32_t word = 0;
    std::memcpy(&word, from, sizeof(word));
    return word;
}

template<class R, int vectors>
NEXTQUILL_INLINE void storeSums(const PanelResult<R>& result, Index row, Index rows,
                                const FloatLanes (&sums)[panelRows][vectors])
{
#pragma GCC unroll 8
    for (Index r = 0; r < panelRows; ++r) {
        if (r >= rows) {
            return;
        }
        R* const to = result.data + (row + r) * result.stride;
        const R* const more =
            result.addend == nullptr ? nullptr : result.addend + (row + r) * result.addendStride;
#pragma GCC unroll 3
        for (Index v = 0; v < vectors; ++v) {
            const Index left = result.columns - v * tile;
            if (left >= tile) {
                const FloatLanes sum =
                    more == nullptr ? sums[r][v] : sums[r][v] + Whole::load(more + v * tile);
                Whole::store(to + v * tile, sum);
            } else if (left > 0) {
                const Part part{left};
                const FloatLanes sum =
                    more == nullptr ? sums[r][v] : sums[r][v] + part.load(more + v * tile);
                part.store(to + v * tile, sum);
            }
        }
    }
}

/// The first `vectors` vectors of a panel's columns.
template<class T, class R, bool isPacked, int vectors>
inline void panelProduct(const PanelLeft& left, const PanelRight& right, Index words,
                         const PanelResult<R>& result)
{
    constexpr Index step = isPacked ? panelRows * 4 : 4;
    for (Index row = 0; row < result.rows; row += panelRows) {
        const Index rows = result.rows - row < panelRows ? result.rows - row : panelRows;
        const char* from[panelRows];
#pragma GCC unroll 8
        for (Index r = 0; r < panelRows; ++r) {
            if constexpr (isPacked) {
                from[r] = reinterpret_cast<const char*>(left.panels + row * words + r);
            } else { // rows that are not there are the last one again, and are not stored
                from[r] = static_cast<const char*>(left.rows) +
                          (row + (r < rows ? r : rows - 1)) * left.stride;
            }
        }
        FloatLanes sums[panelRows][vectors] = {};
        const std::uint32_t* b = right.words;
        for (Index word = 0; word < words; ++word, b += right.stride) {
            WordLanes columns[vectors];
#pragma GCC unroll 3
            for (Index v = 0; v < vectors; ++v) {
                columns[v] = loadWords(b + v * tile);
            }
#pragma GCC unroll 8
            for (Index r = 0; r < panelRows; ++r) {
                const std::uint32_t a = wordAt(from[r] + word * step);
#pragma GCC unroll 3
                for (Index v = 0; v < vectors; ++v) {
                    sums[r][v] = addedProduct(sums[r][v], a, columns[v], T{});
                }
            }
        }
        storeSums<R, vectors>(result, row, rows, sums);
    }
}

/// A last panel may be narrow: as wide as a head's size leaves it.
template<class T, class R, bool isPacked>
inline void panelProductOfWidth(const PanelLeft& left, const PanelRight& right, Index words,
                                const PanelResult<R>& result)
{
    static_assert(panelVectors == 3);
    if (result.columns <= tile) {
        panelProduct<T, R, isPacked, 1>(left, right, words, result);
    } else if (result.columns <= 2 * tile) {
        panelProduct<T, R, isPacked, 2>(left, right, words, result);
    } else {
        panelProduct<T, R, isPacked, 3>(left, right, words, result);
    }
}

template<class T, class R>
inline void panelProductOf(const PanelLeft& left, const PanelRight& right, Index words,
                           const PanelResult<R>& result)
{
    if (left.panels != nullptr) {
        panelProductOfWidth<T, R, true>(left, right, words, result);
    } else {
        panelProductOfWidth<T, R, false>(left, right, words, result);
    }
}

template<class T>
const PanelKernels<T>& panelTable()
{
    static constexpr PanelKernels<T> all{.packRight = packRight<T>,
                                         .packLeft = packLeft<T>,
                                         .product = panelProductOf<T, T>,
                                         .wideProduct = panelProductOf<T, float>};
    return all;
}

template const PanelKernels<float>& panelTable<float>();
template const PanelKernels<BFloat16>& panelTable<BFloat16>();

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
