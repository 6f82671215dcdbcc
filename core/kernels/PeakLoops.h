// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the processor can do. A part of KernelLoops.h, which includes it once for each instruction
// set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

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

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
