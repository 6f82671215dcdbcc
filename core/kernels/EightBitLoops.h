// SPDX-License-Identifier: GPL-3.0-or-later
//
// AdamW on moments of 8 bits. A part of KernelLoops.h, which includes it once for each instruction
// set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

#include "core/kernels/DynamicCode.h"

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

typedef std::uint8_t ByteLanes __attribute__((vector_size(16)));

// Vectors of a register's length: comparisons of longer ones are taken apart lane by lane.
#if defined(__AVX512F__)
constexpr std::size_t registerBytes = 64;
#elif defined(__AVX2__)
constexpr std::size_t registerBytes = 32;
#else
constexpr std::size_t registerBytes = 16;
#endif
typedef float FloatRegister __attribute__((vector_size(registerBytes)));
typedef std::int32_t IntRegister __attribute__((vector_size(registerBytes)));

/// Calls body(j) for each register's numbers of a block.
template<class Body>
NEXTQUILL_INLINE void eachRegister(Body body)
{
    constexpr Index lanes = registerBytes / sizeof(float);
    for (Index j = 0; j < codeBlock; j += lanes) {
        body(j);
    }
}

template<class V, class T>
NEXTQUILL_INLINE V registerAt(const T* from)
{
    V v;
    std::memcpy(&v, from, sizeof(v));
    return v;
}

/// Numbers of the bytes, and zeros up to the block's end.
NEXTQUILL_INLINE void decode(const CodeTable& code, const std::uint8_t* bytes, float scale, Index n,
                             float* values)
{
    for (Index j = 0; j < n; ++j) {
        values[j] = code.values[bytes[j]] * scale;
    }
    for (Index j = n; j < codeBlock; ++j) {
        values[j] = 0;
    }
}

/// The largest absolute value by its bits: what is no number is above all.
NEXTQUILL_INLINE float largestSize(const float* values)
{
    IntRegister largest = {};
    eachRegister([&](Index j) NEXTQUILL_INLINE_LAMBDA {
        largest = largerOf(registerAt<IntRegister>(values + j) & 0x7fffffff, largest);
    });
    return __builtin_bit_cast(float, largestOf(largest));
}

/// Numbers of [0, 1] → the nearest codes.
template<int digits>
NEXTQUILL_INLINE IntRegister nearestCodes(FloatRegister shares)
{
    constexpr CodeLines<digits> lines = codeLines<digits>;
    FloatRegister place = shares * lines.slope[0];
#pragma GCC unroll 8
    for (int i = 1; i < digits; ++i) {
        const FloatRegister line = shares * lines.slope[i] + lines.offset[i];
        place = line < place ? line : place;
    }
    const FloatRegister last = static_cast<float>(DynamicCode<digits>::lastCode) - FloatRegister{};
    place = place < last ? place : last; // also where it is no number
    return __builtin_convertvector(place + 0.5F, IntRegister);
}

/// Numbers of a block → their shares of its scale, by products. The inverse of a denormal scale
/// would be infinite: small blocks are lifted first. A block of zeros stays what it is.
struct Shares
{
    float lift;
    float inverse;

    NEXTQUILL_INLINE explicit Shares(float scale)
        : lift{scale < 0x1p-100F ? 0x1p100F : 1.0F}
        , inverse{scale > 0 ? 1.0F / (scale * lift) : 1.0F}
    {
    }
    NEXTQUILL_INLINE FloatRegister of(FloatRegister sizes) const { return sizes * lift * inverse; }
};

NEXTQUILL_INLINE std::size_t countOf(Whole /*at*/)
{
    return static_cast<std::size_t>(laneCount<float>);
}

NEXTQUILL_INLINE std::size_t countOf(Part at)
{
    return static_cast<std::size_t>(at.n);
}

/// The first n of a block's codes as bytes.
NEXTQUILL_INLINE void storeBytes(const std::int32_t* codes, Index n, std::uint8_t* bytes)
{
    eachLane<float>(n, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        IntLanes whole;
        std::memcpy(&whole, codes + j, sizeof(whole));
        // In two steps, each of which is a pack instruction.
        const HalfLanes halves = __builtin_convertvector(whole, HalfLanes);
        const ByteLanes packed = __builtin_convertvector(halves, ByteLanes);
        std::memcpy(bytes + j, &packed, countOf(at));
    });
}

NEXTQUILL_INLINE void encodeSigned(const float* values, float scale, Index n, std::uint8_t* bytes)
{
    const Shares shares{scale};
    alignas(64) std::int32_t codes[codeBlock];
    eachRegister([&](Index j) NEXTQUILL_INLINE_LAMBDA {
        const auto v = registerAt<FloatRegister>(values + j);
        const IntRegister size = __builtin_bit_cast(IntRegister, v) & 0x7fffffff;
        const IntRegister nearest =
            nearestCodes<7>(shares.of(__builtin_bit_cast(FloatRegister, size)));
        const IntRegister signedOnes = nearest | ((v < 0.0F) & (nearest > 0) & 128);
        std::memcpy(codes + j, &signedOnes, sizeof(signedOnes));
    });
    storeBytes(codes, n, bytes);
}

NEXTQUILL_INLINE void encodeUnsigned(const float* values, float scale, Index n, std::uint8_t* bytes)
{
    const Shares shares{scale};
    alignas(64) std::int32_t codes[codeBlock];
    eachRegister([&](Index j) NEXTQUILL_INLINE_LAMBDA {
        const auto v = registerAt<FloatRegister>(values + j);
        const IntRegister nearest = largerOf(nearestCodes<8>(shares.of(v)), (v > 0.0F) & 1);
        std::memcpy(codes + j, &nearest, sizeof(nearest));
    });
    storeBytes(codes, n, bytes);
}

template<bool isRounded>
NEXTQUILL_INLINE void eightBitLoop(const AdamStep& step, const float* gradient,
                                   const EightBitMoments& moments, float* weight,
                                   BFloat16* rounding, Index count, Index begin, Index end)
{
    const AdamLanes<float> adam{step};
    for (Index block = begin; block < end; ++block) {
        const Index from = block * codeBlock;
        const Index n = count - from < codeBlock ? count - from : codeBlock;
        alignas(64) float first[codeBlock];
        alignas(64) float second[codeBlock];
        decode(signedCode, moments.first + from, moments.firstScales[block], n, first);
        decode(unsignedCode, moments.second + from, moments.secondScales[block], n, second);
        eachLane<float>(n, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Index i = from + j;
            FloatLanes m = at.load(first + j);
            FloatLanes v = at.load(second + j);
            const FloatLanes w = adam.updated(at.load(weight + i), at.load(gradient + i), m, v);
            at.store(first + j, m);
            at.store(second + j, v);
            at.store(weight + i, w);
            if constexpr (isRounded) {
                at.store(rounding + i, w);
            }
        });
        moments.firstScales[block] = largestSize(first);
        moments.secondScales[block] = largestSize(second);
        encodeSigned(first, moments.firstScales[block], n, moments.first + from);
        encodeUnsigned(second, moments.secondScales[block], n, moments.second + from);
    }
}

inline void eightBitAdamw(const AdamStep& step, const float* gradient,
                          const EightBitMoments& moments, float* weight, Index count, Index begin,
                          Index end)
{
    eightBitLoop<false>(step, gradient, moments, weight, nullptr, count, begin, end);
}

inline void eightBitAdamwRounded(const AdamStep& step, const float* gradient,
                                 const EightBitMoments& moments, float* weight, BFloat16* rounding,
                                 Index count, Index begin, Index end)
{
    eightBitLoop<true>(step, gradient, moments, weight, rounding, count, begin, end);
}

/// Not inline, as peak().
const EightBitKernels& eightBit();
const EightBitKernels& eightBit()
{
    static constexpr EightBitKernels table{.adamw = eightBitAdamw,
                                           .adamwRounded = eightBitAdamwRounded};
    return table;
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
