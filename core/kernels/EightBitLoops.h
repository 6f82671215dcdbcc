// SPDX-License-Identifier: GPL-3.0-or-later
//
// AdamW on moments of 8 bits: what KernelLoops.h includes at its end, for its instruction set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

#include "core/kernels/DynamicCode.h"

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

typedef std::uint8_t ByteLanes __attribute__((vector_size(16)));

/// Largest of the lanes by the bits of their absolute values: what is no number is above all.
NEXTQUILL_INLINE float largestSize(IntLanes bits)
{
    return __builtin_bit_cast(float, largestOf(bits));
}

NEXTQUILL_INLINE IntLanes sizeBits(FloatLanes v)
{
    return __builtin_bit_cast(IntLanes, v) & 0x7fffffff;
}

NEXTQUILL_INLINE void decode(const CodeTable& code, const std::uint8_t* bytes, float scale, Index n,
                             float* values)
{
    for (Index j = 0; j < n; ++j) {
        values[j] = code.values[bytes[j]] * scale;
    }
}

/// Numbers of [0, 1] → the nearest codes.
template<int digits>
NEXTQUILL_INLINE IntLanes nearestCodes(FloatLanes share)
{
    constexpr CodeLines<digits> lines = codeLines<digits>;
    FloatLanes place = share * lines.slope[0];
#pragma GCC unroll 8
    for (int i = 1; i < digits; ++i) {
        const FloatLanes line = share * lines.slope[i] + lines.offset[i];
        place = line < place ? line : place;
    }
    const FloatLanes last = all<float>(DynamicCode<digits>::lastCode);
    place = place < last ? place : last; // also where it is no number
    return __builtin_convertvector(place + 0.5F, IntLanes);
}

NEXTQUILL_INLINE void storeBytes(std::uint8_t* to, IntLanes codes, Index n)
{
    const ByteLanes bytes = __builtin_convertvector(codes, ByteLanes);
    std::memcpy(to, &bytes, static_cast<std::size_t>(n));
}

NEXTQUILL_INLINE void storeCodes(Whole /*at*/, std::uint8_t* to, IntLanes codes)
{
    storeBytes(to, codes, laneCount<float>);
}

NEXTQUILL_INLINE void storeCodes(Part at, std::uint8_t* to, IntLanes codes)
{
    storeBytes(to, codes, at.n);
}

/// A block of zeros has the scale 0; divided by 1 it stays what it is.
NEXTQUILL_INLINE float divisor(float scale)
{
    return scale > 0 ? scale : 1.0F;
}

NEXTQUILL_INLINE void encodeSigned(const float* values, float scale, Index n, std::uint8_t* bytes)
{
    eachLane<float>(n, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const FloatLanes v = at.load(values + j);
        // Division, not a product with the inverse: that of a denormal scale is infinite.
        const FloatLanes size = __builtin_bit_cast(FloatLanes, sizeBits(v)) / divisor(scale);
        const IntLanes codes = nearestCodes<7>(size);
        const IntLanes sign = (v < 0.0F) & (codes > 0) & 128;
        storeCodes(at, bytes + j, codes | sign);
    });
}

NEXTQUILL_INLINE void encodeUnsigned(const float* values, float scale, Index n, std::uint8_t* bytes)
{
    eachLane<float>(n, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const FloatLanes v = at.load(values + j);
        const IntLanes codes = nearestCodes<8>(v / divisor(scale));
        const IntLanes least = (v > 0.0F) & 1;
        storeCodes(at, bytes + j, codes > least ? codes : least);
    });
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
        IntLanes largest[2] = {};
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
            largest[0] = largerOf(sizeBits(m), largest[0]);
            largest[1] = largerOf(sizeBits(v), largest[1]);
        });
        moments.firstScales[block] = largestSize(largest[0]);
        moments.secondScales[block] = largestSize(largest[1]);
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
