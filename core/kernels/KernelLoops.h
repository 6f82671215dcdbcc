// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loops behind Kernels.h, for one instruction set: a file Kernels_SET.cpp defines
// NEXTQUILL_KERNEL_SET, the name of a namespace of its own, and includes this once, compiled with
// the set's flags. Nothing of the standard library that could be emitted as a shared function is
// used here: the linker would be free to keep the variant that an older processor cannot run.
//
// Vectors are 64 bytes whatever the set; the compiler splits them where registers are shorter.
#ifndef NEXTQUILL_KERNEL_SET
#error "define NEXTQUILL_KERNEL_SET before including this"
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

// ---- norms -------------------------------------------------------------------------------------

template<class T>
void rmsNorm(const T* x, const T* weight, double epsilon, Index D, T* y, Wide<T>* r, Index begin,
             Index end)
{
    using A = Wide<T>;
    for (Index i = begin; i < end; ++i) {
        const T* row = x + i * D;
        Lanes<T> squares = {};
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> v = at.load(row + j);
            squares += v * v;
        });
        const A mean = sumOf(squares) / static_cast<A>(D);
        r[i] = A{1} / squareRoot(mean + static_cast<A>(epsilon));
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> n = asStored<T>(at.load(row + j) * r[i]);
            at.store(y + i * D + j, n * at.load(weight + j));
        });
    }
}

template<class T>
void rmsNormBackward(const T* dy, const T* x, const T* weight, const Wide<T>* r, const T* residual,
                     Index D, T* dx, Wide<T>* weightSum, Index begin, Index end)
{
    using A = Wide<T>;
    for (Index i = begin; i < end; ++i) {
        const T* row = x + i * D;
        const T* out = dy + i * D;
        Lanes<T> products = {};
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> n = at.load(row + j) * r[i];
            const Lanes<T> g = at.load(out + j);
            products += g * at.load(weight + j) * n;
            if (weightSum != nullptr) {
                at.store(weightSum + j, at.load(weightSum + j) + g * n);
            }
        });
        const A mean = sumOf(products) / static_cast<A>(D);
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> n = at.load(row + j) * r[i];
            Lanes<T> v = (at.load(out + j) * at.load(weight + j) - n * mean) * r[i];
            if (residual != nullptr) {
                v += at.load(residual + i * D + j);
            }
            at.store(dx + i * D + j, v);
        });
    }
}

// ---- heads -------------------------------------------------------------------------------------

/// The two halves of a head turned by an angle; `sign` -1 turns back.
template<class T, class From>
NEXTQUILL_INLINE void turn(const From* from, const Wide<T>* cos, const Wide<T>* sin, Index half,
                           Wide<T> sign, T* to)
{
    eachLane<T>(half, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Lanes<T> a = at.load(from + j);
        const Lanes<T> b = at.load(from + half + j);
        const Lanes<T> c = at.load(cos + j);
        const Lanes<T> s = at.load(sin + j) * sign;
        at.store(to + j, a * c - b * s);
        at.store(to + half + j, b * c + a * s);
    });
}

template<class To, class From>
NEXTQUILL_INLINE void copyRow(const From* from, Index n, To* to)
{
    eachLane<To>(n, [&](auto at, Index j)
                        NEXTQUILL_INLINE_LAMBDA { at.store(to + j, at.load(from + j)); });
}

/// Where the head `head` of row `row` lies in the blocks, in heads.
NEXTQUILL_INLINE Index placeInBlock(const HeadLayout& layout, Index row, Index head)
{
    const Index first = layout.blockBegin[row];
    return first * layout.heads + head * layout.blockRows[row] + (row - first);
}

template<class T>
void splitHeads(const HeadLayout& layout, const T* x, const Wide<T>* cos, const Wide<T>* sin, T* q,
                T* k, T* v, Index begin, Index end)
{
    const Index d = layout.size;
    const Index half = d / 2;
    const Index stride = (layout.heads + 2 * layout.keyHeads) * d;
    for (Index i = begin; i < end; ++i) {
        const T* row = x + i * stride;
        for (Index h = 0; h < layout.heads; ++h) {
            turn(row + h * d, cos + i * half, sin + i * half, half, Wide<T>{1},
                 q + placeInBlock(layout, i, h) * d);
        }
        row += layout.heads * d;
        for (Index h = 0; h < layout.keyHeads; ++h) {
            const Index place = (h * layout.rows + i) * d;
            turn(row + h * d, cos + i * half, sin + i * half, half, Wide<T>{1}, k + place);
            copyRow(row + (layout.keyHeads + h) * d, d, v + place);
        }
    }
}

template<class T>
void mergeHeads(const HeadLayout& layout, const T* dq, const Wide<T>* dk, const Wide<T>* dv,
                const Wide<T>* cos, const Wide<T>* sin, T* dx, Index begin, Index end)
{
    const Index d = layout.size;
    const Index half = d / 2;
    const Index stride = (layout.heads + 2 * layout.keyHeads) * d;
    for (Index i = begin; i < end; ++i) {
        T* row = dx + i * stride;
        for (Index h = 0; h < layout.heads; ++h) {
            turn(dq + placeInBlock(layout, i, h) * d, cos + i * half, sin + i * half, half,
                 Wide<T>{-1}, row + h * d);
        }
        row += layout.heads * d;
        for (Index h = 0; h < layout.keyHeads; ++h) {
            const Index place = (h * layout.rows + i) * d;
            turn(dk + place, cos + i * half, sin + i * half, half, Wide<T>{-1}, row + h * d);
            copyRow(dv + place, d, row + (layout.keyHeads + h) * d);
        }
    }
}

template<class T>
void blocksToRows(const HeadLayout& layout, const T* blocks, T* rows, Index begin, Index end)
{
    const Index d = layout.size;
    for (Index i = begin; i < end; ++i) {
        for (Index h = 0; h < layout.heads; ++h) {
            copyRow(blocks + placeInBlock(layout, i, h) * d, d, rows + (i * layout.heads + h) * d);
        }
    }
}

template<class T>
void rowsToBlocks(const HeadLayout& layout, const T* dO, const T* O, T* blocks, Wide<T>* delta,
                  Index begin, Index end)
{
    const Index d = layout.size;
    for (Index i = begin; i < end; ++i) {
        for (Index h = 0; h < layout.heads; ++h) {
            const Index place = placeInBlock(layout, i, h);
            const Index row = (i * layout.heads + h) * d;
            Lanes<T> products = {};
            eachLane<T>(d, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
                const Lanes<T> g = at.load(dO + row + j);
                products += g * at.load(O + row + j);
                at.store(blocks + place * d + j, g);
            });
            delta[place] = sumOf(products);
        }
    }
}

// ---- attention's softmax -----------------------------------------------------------------------

template<class T>
void causalSoftmax(const ScoreBlock& block, T* scores, Wide<T>* logSums, Index begin, Index end)
{
    using A = Wide<T>;
    const auto scale = static_cast<A>(block.scale);
    for (Index i = begin; i < end; ++i) {
        T* row = scores + i * block.keys;
        const Index seen = block.keys - block.queries + i % block.queries + 1;
        const Lanes<T> lowest = all<T>(-__builtin_inff());
        Lanes<T> highest = lowest;
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            highest = largerOf(at.kept(at.load(row + j), lowest), highest);
        });
        const A top = largestOf(highest) * scale;
        Lanes<T> sums = {};
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> e = at.kept(exponential(at.load(row + j) * scale - top), Lanes<T>{});
            sums += e;
            at.store(row + j, e);
        });
        const A sum = sumOf(sums);
        logSums[i] = top + logarithm(sum);
        const A inverse = A{1} / sum;
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            at.store(row + j, at.load(row + j) * inverse);
        });
        std::memset(row + seen, 0, static_cast<std::size_t>(block.keys - seen) * sizeof(T));
    }
}

template<class T>
void causalSoftmaxBackward(const ScoreBlock& block, T* scores, T* dP, const Wide<T>* logSums,
                           const Wide<T>* delta, Index begin, Index end)
{
    using A = Wide<T>;
    const auto scale = static_cast<A>(block.scale);
    for (Index i = begin; i < end; ++i) {
        T* row = scores + i * block.keys;
        T* gradient = dP + i * block.keys;
        const Index seen = block.keys - block.queries + i % block.queries + 1;
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> p = exponential(at.load(row + j) * scale - logSums[i]);
            at.store(row + j, p);
            at.store(gradient + j, p * (at.load(gradient + j) - delta[i]) * scale);
        });
        const auto rest = static_cast<std::size_t>(block.keys - seen) * sizeof(T);
        std::memset(row + seen, 0, rest);
        std::memset(gradient + seen, 0, rest);
    }
}

// ---- gated network -----------------------------------------------------------------------------

template<class T>
void gatedSilu(const T* x, Index F, T* y, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        const T* gate = x + i * 2 * F;
        const T* up = gate + F;
        eachLane<T>(F, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> g = at.load(gate + j);
            at.store(y + i * F + j, g * at.load(up + j) / (exponential(-g) + Wide<T>{1}));
        });
    }
}

template<class T>
void gatedSiluBackward(const T* dy, Index F, T* x, T* y, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        T* gate = x + i * 2 * F;
        T* up = gate + F;
        eachLane<T>(F, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> g = at.load(gate + j);
            const Lanes<T> u = at.load(up + j);
            const Lanes<T> d = at.load(dy + i * F + j);
            const Lanes<T> s = Wide<T>{1} / (exponential(-g) + Wide<T>{1});
            const Lanes<T> silu = g * s;
            if (y != nullptr) {
                at.store(y + i * F + j, silu * u);
            }
            at.store(gate + j, d * u * s * ((Wide<T>{1} - s) * g + Wide<T>{1}));
            at.store(up + j, d * silu);
        });
    }
}

/// A well mixed word for a place (the finaliser of MurmurHash3, with a key on both sides).
NEXTQUILL_INLINE std::uint32_t mixed(std::uint32_t place, std::uint64_t key)
{
    std::uint32_t h = place ^ static_cast<std::uint32_t>(key);
    h ^= h >> 16;
    h *= 0x85ebca6bU;
    h ^= h >> 13;
    h += static_cast<std::uint32_t>(key >> 32);
    h *= 0xc2b2ae35U;
    h ^= h >> 16;
    h *= 0x846ca68bU;
    h ^= h >> 15;
    return h;
}

template<class T>
void dropout(const T* x, std::uint64_t key, double share, T* y, Index begin, Index end)
{
    const auto below = static_cast<std::uint32_t>(share * 4294967295.0);
    const auto scale = static_cast<Wide<T>>(1 / (1 - share));
    Index i = begin;
    for (; i + laneCount<T> <= end; i += laneCount<T>) {
        Lanes<T> kept;
        for (Index lane = 0; lane < laneCount<T>; ++lane) {
            kept[lane] = mixed(static_cast<std::uint32_t>(i + lane), key) >= below ? scale : 0;
        }
        Whole::store(y + i, Whole::load(x + i) * kept);
    }
    for (; i < end; ++i) {
        const Wide<T> kept = mixed(static_cast<std::uint32_t>(i), key) >= below ? scale : 0;
        Part{1}.store(y + i, Part{1}.load(x + i) * kept);
    }
}

template<class T>
void addTo(const T* x, Wide<T>* sum, Index begin, Index end)
{
    eachLane<T>(end - begin, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        at.store(sum + begin + j, at.load(sum + begin + j) + at.load(x + begin + j));
    });
}

// ---- the head's softmaxes ----------------------------------------------------------------------

template<class T>
NEXTQUILL_INLINE RowSoftmax<Wide<T>> rowSoftmax(Lanes<T> sums, Wide<T> top, Wide<T> ofTarget)
{
    return {.logSum = top + logarithm(sumOf(sums)), .ofTarget = ofTarget};
}

template<class T>
void measureOneWorld(const Wide<T>* z, std::int64_t target, Index V, TwinRow<Wide<T>>& row)
{
    const Lanes<T> lowest = all<T>(-__builtin_inff());
    Lanes<T> highest = lowest;
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        highest = largerOf(at.kept(at.load(z + j), lowest), highest);
    });
    const Wide<T> top = largestOf(highest);
    Lanes<T> sums = {};
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        sums += at.kept(exponential(at.load(z + j) - top), Lanes<T>{});
    });
    row.h = rowSoftmax<T>(sums, top, z[target]);
}

template<class T>
void measureBothWorlds(const Wide<T>* z, const Wide<T>* d, std::int64_t target, Index V,
                       TwinRow<Wide<T>>& row)
{
    const Lanes<T> lowest = all<T>(-__builtin_inff());
    Lanes<T> highest[3] = {lowest, lowest, lowest};
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Lanes<T> h = at.load(z + j);
        const Lanes<T> b = at.load(d + j);
        highest[0] = largerOf(at.kept(h, lowest), highest[0]);
        highest[1] = largerOf(at.kept(h - b, lowest), highest[1]);
        highest[2] = largerOf(at.kept(b, lowest), highest[2]);
    });
    const Wide<T> top[3] = {largestOf(highest[0]), largestOf(highest[1]), largestOf(highest[2])};
    Lanes<T> sums[3] = {};
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Lanes<T> h = at.load(z + j);
        const Lanes<T> b = at.load(d + j);
        sums[0] += at.kept(exponential(h - top[0]), Lanes<T>{});
        sums[1] += at.kept(exponential(h - b - top[1]), Lanes<T>{});
        sums[2] += at.kept(exponential(b - top[2]), Lanes<T>{});
    });
    const Wide<T> h = z[target];
    const Wide<T> b = d[target];
    row.h = rowSoftmax<T>(sums[0], top[0], h);
    row.plain = rowSoftmax<T>(sums[1], top[1], h - b);
    row.difference = rowSoftmax<T>(sums[2], top[2], b);
}

template<class T>
void measureLogits(const Wide<T>* z, const Wide<T>* d, const std::int64_t* targets, Index V,
                   TwinRow<Wide<T>>* rows, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        if (d == nullptr) {
            measureOneWorld<T>(z + i * V, targets[i], V, rows[i]);
        } else {
            measureBothWorlds<T>(z + i * V, d + i * V, targets[i], V, rows[i]);
        }
    }
}

/// scale (softmax(z) - onehot). The target's own lane is written last.
template<class T>
void softmaxGradient(const Wide<T>* z, const RowSoftmax<Wide<T>>& row, Wide<T> scale,
                     std::int64_t target, Index V, T* gradient)
{
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        at.store(gradient + j, exponential(at.load(z + j) - row.logSum) * scale);
    });
    const Lanes<T> p = exponential(all<T>(row.ofTarget - row.logSum));
    Part{1}.store(gradient + target, (p - Wide<T>{1}) * scale);
}

template<class T>
void logitGradients(const Wide<T>* z, const Wide<T>* d, const std::int64_t* targets, Index V,
                    const TwinRow<Wide<T>>* rows, const Wide<T>* mainScale,
                    const Wide<T>* causalScale, T* main, T* causal, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        softmaxGradient(z + i * V, rows[i].h, mainScale[i], targets[i], V, main + i * V);
        if (d != nullptr) {
            softmaxGradient(d + i * V, rows[i].difference, causalScale[i], targets[i], V,
                            causal + i * V);
        }
    }
}

// ---- optimizer ---------------------------------------------------------------------------------

/// An update's factors, and the update of as many weights as there are lanes.
template<class A>
struct AdamLanes
{
    using V = typename LanesOf<A>::Type;

    A keep;
    A fresh1;
    A beta2;
    A fresh2;
    A rate;
    A root;
    A epsilon;

    NEXTQUILL_INLINE explicit AdamLanes(const AdamStep& step)
        : keep{static_cast<A>(1 - step.learningRate * step.weightDecay)}
        , fresh1{static_cast<A>(1 - step.beta1)}
        , beta2{static_cast<A>(step.beta2)}
        , fresh2{static_cast<A>(1 - step.beta2)}
        , rate{static_cast<A>(step.learningRate / step.bias1)}
        , root{static_cast<A>(__builtin_sqrt(step.bias2))}
        , epsilon{static_cast<A>(step.epsilon)}
    {
    }

    /// The new weights; both moments become the new ones.
    NEXTQUILL_INLINE V updated(V w, V g, V& m, V& v) const
    {
        m = m + (g - m) * fresh1;
        v = v * beta2 + g * g * fresh2;
        V size;
        for (std::size_t lane = 0; lane < sizeof(V) / sizeof(A); ++lane) {
            size[lane] = squareRoot(v[lane]);
        }
        return w * keep - m * rate / (size / root + epsilon);
    }
};

template<class A, bool isRounded>
NEXTQUILL_INLINE void adamLoop(const AdamStep& step, const A* gradient, A* first, A* second,
                               A* weight, BFloat16* rounding, Index begin, Index end)
{
    const AdamLanes<A> adam{step};
    eachLane<A>(end - begin, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Index i = begin + j;
        using V = typename LanesOf<A>::Type;
        V m = at.load(first + i);
        V v = at.load(second + i);
        const V w = adam.updated(at.load(weight + i), at.load(gradient + i), m, v);
        at.store(first + i, m);
        at.store(second + i, v);
        at.store(weight + i, w);
        if constexpr (isRounded) {
            at.store(rounding + i, w);
        }
    });
}

template<class A>
void adamw(const AdamStep& step, const A* gradient, A* first, A* second, A* weight, Index begin,
           Index end)
{
    adamLoop<A, false>(step, gradient, first, second, weight, nullptr, begin, end);
}

template<class A>
void adamwRounded(const AdamStep& step, const A* gradient, A* first, A* second, A* weight,
                  BFloat16* rounding, Index begin, Index end)
{
    if constexpr (sizeof(A) == sizeof(float)) {
        adamLoop<A, true>(step, gradient, first, second, weight, rounding, begin, end);
    }
}

template<class A>
double squaredNorm(const A* x, Index begin, Index end)
{
    // Short sums in A, long ones in double: as exact as a tree of sums.
    constexpr Index piece = 4096;
    double total = 0;
    for (Index from = begin; from < end; from += piece) {
        typename LanesOf<A>::Type sums = {};
        eachLane<A>(end - from < piece ? end - from : piece,
                    [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
                        const auto v = at.load(x + from + j);
                        sums += v * v;
                    });
        total += static_cast<double>(sumOf(sums));
    }
    return total;
}

// ---- what the processor can do -----------------------------------------------------------------

constexpr Index chains = 16; ///< independent sums, more than a multiply-add takes cycles

inline float multiplyAdds(Index rounds)
{
    FloatLanes sums[chains];
    for (Index i = 0; i < chains; ++i) { // else the compiler sees that all of them are one
        sums[i] = all<float>(static_cast<float>(i));
    }
    const FloatLanes factor = all<float>(0.9999F);
    const FloatLanes term = all<float>(1.0000001F);
    for (Index i = 0; i < rounds; ++i) {
#pragma GCC unroll 16
        for (FloatLanes& sum : sums) {
            sum = sum * factor + term;
        }
    }
    float total = 0;
    for (const FloatLanes& sum : sums) {
        total += sumOf(sum);
    }
    return total;
}

#if defined(__AVX512BF16__)
inline float bfloat16MultiplyAdds(Index rounds)
{
    __m512 sums[chains];
    for (Index i = 0; i < chains; ++i) {
        sums[i] = _mm512_set1_ps(static_cast<float>(i));
    }
    const __m512bh pair = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.001F), _mm512_set1_ps(0.002F));
    for (Index i = 0; i < rounds; ++i) {
#pragma GCC unroll 16
        for (__m512& sum : sums) {
            sum = _mm512_dpbf16_ps(sum, pair, pair);
        }
    }
    float total = 0;
    for (const __m512& sum : sums) {
        total += sumOf(__builtin_bit_cast(FloatLanes, sum));
    }
    return total;
}
#endif

inline const PeakKernels& peakTable()
{
    static constexpr PeakKernels peak{
        .operationsPerRound = 2 * chains * laneCount<float>,
#if defined(__AVX512BF16__)
        .bfloat16OperationsPerRound = 4 * chains * laneCount<float>,
#endif
        .multiplyAdds = multiplyAdds,
#if defined(__AVX512BF16__)
        .bfloat16MultiplyAdds = bfloat16MultiplyAdds,
#endif
    };
    return peak;
}

template<class T>
const Kernels<T>& table()
{
    static constexpr Kernels<T> all{
        .rmsNorm = rmsNorm<T>,
        .rmsNormBackward = rmsNormBackward<T>,
        .splitHeads = splitHeads<T>,
        .mergeHeads = mergeHeads<T>,
        .blocksToRows = blocksToRows<T>,
        .rowsToBlocks = rowsToBlocks<T>,
        .causalSoftmax = causalSoftmax<T>,
        .causalSoftmaxBackward = causalSoftmaxBackward<T>,
        .gatedSilu = gatedSilu<T>,
        .gatedSiluBackward = gatedSiluBackward<T>,
        .dropout = dropout<T>,
        .addTo = addTo<T>,
        .measureLogits = measureLogits<T>,
        .logitGradients = logitGradients<T>,
    };
    return all;
}

template<class A>
const OptimizerKernels<A>& optimizerTable()
{
    static constexpr OptimizerKernels<A> all{
        .adamw = adamw<A>, .adamwRounded = adamwRounded<A>, .squaredNorm = squaredNorm<A>};
    return all;
}

template const Kernels<float>& table<float>();
template const Kernels<BFloat16>& table<BFloat16>();
template const Kernels<double>& table<double>();
template const OptimizerKernels<float>& optimizerTable<float>();
template const OptimizerKernels<double>& optimizerTable<double>();

/// Not inline: the only name of this set that another file calls without a type.
const PeakKernels& peak();
const PeakKernels& peak()
{
    return peakTable();
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET

#include "core/kernels/EightBitLoops.h"
