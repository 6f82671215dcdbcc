// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HalfFloat.h"

#include <array>
#include <cstddef>
#include <cstdint>

// Blocks of 32 values: small whole numbers q with float16 scales, little-endian.
//
//   Q8_0    d  q[32] as int8                                   value = d q
//   Q8_1    d, sum of d q, q[32] as int8                       value = d q
//   Q4_0    d  16 bytes: q[i] low half, q[i+16] high half       value = d (q - 8)
//   Q4_1    d m, the same                                       value = d q + m
//   Q5_0    d  u32 h, 16 bytes: bit i of h is bit 4 of q[i]     value = d (q - 16)
//   Q5_1    d m, the same                                       value = d q + m
//   IQ4_NL  d  16 bytes as in Q4_0                              value = d levels[q]

namespace nextquill::model::blocks {

using Bytes = const std::uint8_t*;

[[nodiscard]] inline std::uint16_t word(Bytes bytes)
{
    return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8U);
}

[[nodiscard]] inline float half(Bytes bytes)
{
    return halfToFloat(word(bytes));
}

[[nodiscard]] inline float low(std::uint8_t byte)
{
    return static_cast<float>(byte & 0xfU);
}

[[nodiscard]] inline float high(std::uint8_t byte)
{
    return static_cast<float>(byte >> 4U);
}

[[nodiscard]] inline float signedByte(std::uint8_t byte)
{
    return static_cast<float>(static_cast<std::int8_t>(byte));
}

/// What the four bits of the IQ4 types stand for.
inline constexpr std::array<float, 16> levels{-127, -104, -83, -65, -49, -35, -22, -10,
                                              1,    13,   25,  38,  53,  69,  89,  113};

inline void blockQ8_0(Bytes block, float* out)
{
    const float d = half(block);
    for (std::size_t i = 0; i < 32; ++i) {
        out[i] = d * signedByte(block[2 + i]);
    }
}

inline void blockQ8_1(Bytes block, float* out)
{
    const float d = half(block);
    for (std::size_t i = 0; i < 32; ++i) {
        out[i] = d * signedByte(block[4 + i]);
    }
}

inline void blockQ4_0(Bytes block, float* out)
{
    const float d = half(block);
    for (std::size_t i = 0; i < 16; ++i) {
        out[i] = d * (low(block[2 + i]) - 8.0F);
        out[i + 16] = d * (high(block[2 + i]) - 8.0F);
    }
}

inline void blockQ4_1(Bytes block, float* out)
{
    const float d = half(block);
    const float m = half(block + 2);
    for (std::size_t i = 0; i < 16; ++i) {
        out[i] = d * low(block[4 + i]) + m;
        out[i + 16] = d * high(block[4 + i]) + m;
    }
}

/// The 32 five-bit numbers of Q5_0 and Q5_1: four bytes of upper bits, then the halves.
[[nodiscard]] inline std::array<float, 32> fiveBits(Bytes bytes)
{
    const std::uint32_t upper = word(bytes) | static_cast<std::uint32_t>(word(bytes + 2)) << 16U;
    std::array<float, 32> q{};
    for (std::size_t i = 0; i < 16; ++i) {
        q[i] = low(bytes[4 + i]) + static_cast<float>((upper >> i & 1U) << 4U);
        q[i + 16] = high(bytes[4 + i]) + static_cast<float>((upper >> (i + 16) & 1U) << 4U);
    }
    return q;
}

inline void blockQ5_0(Bytes block, float* out)
{
    const float d = half(block);
    const std::array<float, 32> q = fiveBits(block + 2);
    for (std::size_t i = 0; i < q.size(); ++i) {
        out[i] = d * (q[i] - 16.0F);
    }
}

inline void blockQ5_1(Bytes block, float* out)
{
    const float d = half(block);
    const float m = half(block + 2);
    const std::array<float, 32> q = fiveBits(block + 4);
    for (std::size_t i = 0; i < q.size(); ++i) {
        out[i] = d * q[i] + m;
    }
}

inline void blockIQ4_NL(Bytes block, float* out)
{
    const float d = half(block);
    for (std::size_t i = 0; i < 16; ++i) {
        out[i] = d * levels[block[2 + i] & 0xfU];
        out[i + 16] = d * levels[block[2 + i] >> 4U];
    }
}

} // namespace nextquill::model::blocks
