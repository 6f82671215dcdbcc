// SPDX-License-Identifier: GPL-3.0-or-later
//
// Vectors and their arithmetic. A part of KernelLoops.h, which includes it once for each
// instruction set. Vectors are 64 bytes whatever the set; the compiler splits them where registers
// are shorter.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

#include "core/kernels/Kernels.h"

#include <cstdint>
#include <cstring>

#if defined(__AVX512BF16__)
#include <immintrin.h>
#endif

#define NEXTQUILL_INLINE __attribute__((always_inline)) inline
#define NEXTQUILL_INLINE_LAMBDA __attribute__((always_inline))

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

using Index = std::int64_t;

typedef float FloatLanes __attribute__((vector_size(64)));
typedef double DoubleLanes __attribute__((vector_size(64)));
typedef std::uint32_t WordLanes __attribute__((vector_size(64)));
typedef std::int32_t IntLanes __attribute__((vector_size(64)));
typedef std::uint16_t HalfLanes __attribute__((vector_size(32)));

template<class A>
struct LanesOf;
template<>
struct LanesOf<float>
{
    using Type = FloatLanes;
    static constexpr Index count = 16;
};
template<>
struct LanesOf<double>
{
    using Type = DoubleLanes;
    static constexpr Index count = 8;
};
template<class T>
using Lanes = typename LanesOf<Wide<T>>::Type;
template<class T>
constexpr Index laneCount = LanesOf<Wide<T>>::count;

// ---- reading and writing -----------------------------------------------------------------------

NEXTQUILL_INLINE FloatLanes widened(HalfLanes halves)
{
    return __builtin_bit_cast(FloatLanes, __builtin_convertvector(halves, WordLanes) << 16);
}

/// Nearest, ties to even; what is no number stays none.
NEXTQUILL_INLINE HalfLanes rounded(FloatLanes v)
{
#if defined(__AVX512BF16__)
    return __builtin_bit_cast(HalfLanes, _mm512_cvtneps_pbh(__builtin_bit_cast(__m512, v)));
#else
    WordLanes words = __builtin_bit_cast(WordLanes, v);
    const WordLanes quiet = words | 0x400000U;
    words += 0x7fffU + ((words >> 16) & 1U);
    words = v == v ? words : quiet;
    return __builtin_convertvector(words >> 16, HalfLanes);
#endif
}

/// All lanes of memory at once.
struct Whole
{
    template<class A>
    NEXTQUILL_INLINE static typename LanesOf<A>::Type load(const A* from)
    {
        typename LanesOf<A>::Type v;
        std::memcpy(&v, from, sizeof(v));
        return v;
    }
    NEXTQUILL_INLINE static FloatLanes load(const BFloat16* from)
    {
        HalfLanes halves;
        std::memcpy(&halves, from, sizeof(halves));
        return widened(halves);
    }
    template<class A>
    NEXTQUILL_INLINE static void store(A* to, typename LanesOf<A>::Type v)
    {
        std::memcpy(to, &v, sizeof(v));
    }
    NEXTQUILL_INLINE static void store(BFloat16* to, FloatLanes v)
    {
        const HalfLanes halves = rounded(v);
        std::memcpy(to, &halves, sizeof(halves));
    }
    template<class V>
    NEXTQUILL_INLINE static V kept(V v, V /*otherwise*/)
    {
        return v;
    }
};

/// The first `n` lanes at the end of a row; the others are 0.
struct Part
{
    Index n;

    template<class A>
    NEXTQUILL_INLINE typename LanesOf<A>::Type load(const A* from) const
    {
        typename LanesOf<A>::Type v = {};
        std::memcpy(&v, from, static_cast<std::size_t>(n) * sizeof(A));
        return v;
    }
    NEXTQUILL_INLINE FloatLanes load(const BFloat16* from) const
    {
        HalfLanes halves = {};
        std::memcpy(&halves, from, static_cast<std::size_t>(n) * sizeof(BFloat16));
        return widened(halves);
    }
    template<class A>
    NEXTQUILL_INLINE void store(A* to, typename LanesOf<A>::Type v) const
    {
        std::memcpy(to, &v, static_cast<std::size_t>(n) * sizeof(A));
    }
    NEXTQUILL_INLINE void store(BFloat16* to, FloatLanes v) const
    {
        const HalfLanes halves = rounded(v);
        std::memcpy(to, &halves, static_cast<std::size_t>(n) * sizeof(BFloat16));
    }
    /// v in the lanes that count, `otherwise` in the others.
    template<class V>
    NEXTQUILL_INLINE V kept(V v, V otherwise) const
    {
        for (Index i = n; i < static_cast<Index>(sizeof(V) / sizeof(v[0])); ++i) {
            v[i] = otherwise[i];
        }
        return v;
    }
};

/// Calls body(access, j) for j = 0, lanes, 2·lanes … below n, the last time with what is left.
template<class T, class Body>
NEXTQUILL_INLINE void eachLane(Index n, Body body)
{
    Index j = 0;
    for (; j + laneCount<T> <= n; j += laneCount<T>) {
        body(Whole{}, j);
    }
    if (j < n) {
        body(Part{n - j}, j);
    }
}

// ---- arithmetic --------------------------------------------------------------------------------

template<class V>
NEXTQUILL_INLINE auto sumOf(V v)
{
    auto sum = v[0];
    for (std::size_t i = 1; i < sizeof(V) / sizeof(v[0]); ++i) {
        sum += v[i];
    }
    return sum;
}

template<class V>
NEXTQUILL_INLINE auto largestOf(V v)
{
    auto largest = v[0];
    for (std::size_t i = 1; i < sizeof(V) / sizeof(v[0]); ++i) {
        largest = v[i] > largest ? v[i] : largest;
    }
    return largest;
}

template<class V>
NEXTQUILL_INLINE V largerOf(V a, V b)
{
    return a > b ? a : b;
}

template<class T>
NEXTQUILL_INLINE Lanes<T> all(Wide<T> x)
{
    return x - Lanes<T>{};
}

/// e^x: x = n ln 2 + r, a polynomial for e^r (the coefficients of Cephes' expf), 2^n put together
/// from bits. Relative error 2e-7; 0 below -87.3, no number for no number.
NEXTQUILL_INLINE FloatLanes exponential(FloatLanes x)
{
    const FloatLanes low = all<float>(-87.3F);
    const FloatLanes high = all<float>(88.3F);
    FloatLanes c = x < low ? low : x;
    c = c > high ? high : c;
    const FloatLanes shift = all<float>(12582912.0F); // 1.5 · 2^23: rounds to a whole number
    const FloatLanes n = c * 1.44269504F + shift - shift;
    FloatLanes r = c - n * 0.693359375F;
    r = r + n * 2.12194440e-4F;
    FloatLanes p = r * 1.9875691500e-4F + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * (r * r) + r + 1.0F;
    const IntLanes power = (__builtin_convertvector(n, IntLanes) + 127) << 23;
    const FloatLanes y = p * __builtin_bit_cast(FloatLanes, power);
    return x < low ? FloatLanes{} : y;
}

NEXTQUILL_INLINE DoubleLanes exponential(DoubleLanes x)
{
    DoubleLanes y;
    for (int i = 0; i < 8; ++i) {
        y[i] = __builtin_exp(x[i]);
    }
    return y;
}

NEXTQUILL_INLINE float squareRoot(float x)
{
    return __builtin_sqrtf(x);
}
NEXTQUILL_INLINE double squareRoot(double x)
{
    return __builtin_sqrt(x);
}
NEXTQUILL_INLINE float logarithm(float x)
{
    return __builtin_logf(x);
}
NEXTQUILL_INLINE double logarithm(double x)
{
    return __builtin_log(x);
}

/// v as it would be read back from memory of T.
template<class T>
NEXTQUILL_INLINE Lanes<T> asStored(Lanes<T> v)
{
    if constexpr (sizeof(T) == sizeof(BFloat16)) {
        return widened(rounded(v));
    } else {
        return v;
    }
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
