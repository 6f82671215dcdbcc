// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/GgufSmallBlocks.h"

#include <cstring>

// Blocks of 256 values in groups that have scales of their own.
//
//   Q2_K    16 bytes for groups of 16: scale s low half, minimum n high half; 64 bytes q; d dmin
//                                                               value = (d s) q - (dmin n)
//   Q3_K    32 bytes h, 64 bytes q, 12 bytes of 6-bit scales s for groups of 16, d
//                                                               value = (d (s - 32)) (q - 4 + 4 h)
//   Q4_K    d dmin, 12 bytes of 6-bit scales s and minima n for eight groups of 32,
//           128 bytes: 64 values to 32 bytes, low halves first  value = (d s) q - (dmin n)
//   Q5_K    d dmin, the same 12 bytes, 32 bytes h (bit g of h[l] is bit 4 of group g's value l),
//           128 bytes                                           value = (d s) q - (dmin n)
//   Q6_K    128 bytes low halves, 64 bytes upper two bits, 16 int8 scales s for groups of 16, d
//                                                               value = (d s) (q - 32)
//   Q8_K    d as float32, q[256] as int8, 16 sums of 16 q       value = d q
//   IQ4_XS  d, 16 bits and 4 bytes of 6-bit scales s for eight groups of 32, 128 bytes: 32 values
//           to 16 bytes, low halves first                       value = (d (s - 32)) levels[q]

namespace nextquill::model::blocks {

/// Two bits of each of 32 bytes, shifted down: what Q2_K and Q3_K spread 128 values over.
[[nodiscard]] inline unsigned twoBits(std::uint8_t byte, std::size_t quarter)
{
    return static_cast<unsigned>(byte) >> (2 * quarter) & 3U;
}

inline void blockQ2_K(Bytes block, float* out)
{
    const Bytes q = block + 16;
    const float d = half(block + 80);
    const float dmin = half(block + 82);
    for (std::size_t g = 0; g < 16; ++g) {
        const float scale = d * low(block[g]);
        const float minimum = dmin * high(block[g]);
        // 128 values to 32 bytes: eight groups, two to a pair of bits.
        const Bytes bytes = q + g / 8 * 32 + g % 2 * 16;
        const std::size_t quarter = g % 8 / 2;
        for (std::size_t l = 0; l < 16; ++l) {
            out[g * 16 + l] = scale * static_cast<float>(twoBits(bytes[l], quarter)) - minimum;
        }
    }
}

/// Twelve bytes s: the low halves of scales 0-7 and the high ones of 8-15 in s[0..7], two more bits
/// of scale g in s[8 + g % 4].
[[nodiscard]] inline std::array<float, 16> scalesQ3_K(Bytes s)
{
    std::array<float, 16> scales{};
    for (std::size_t g = 0; g < scales.size(); ++g) {
        const unsigned lower = g < 8 ? s[g] & 0xfU : static_cast<unsigned>(s[g - 8]) >> 4U;
        const unsigned upper = static_cast<unsigned>(s[8 + g % 4]) >> (2 * (g / 4)) & 3U;
        scales[g] = static_cast<float>(lower | upper << 4U) - 32.0F;
    }
    return scales;
}

inline void blockQ3_K(Bytes block, float* out)
{
    const Bytes upper = block;
    const Bytes q = block + 32;
    const float d = half(block + 108);
    const std::array<float, 16> scales = scalesQ3_K(block + 96);
    for (std::size_t g = 0; g < 16; ++g) {
        const float scale = d * scales[g];
        const Bytes bytes = q + g / 8 * 32 + g % 2 * 16;
        const Bytes bits = upper + g % 2 * 16;
        for (std::size_t l = 0; l < 16; ++l) {
            const float absent = (bits[l] >> (g / 2) & 1U) != 0 ? 0.0F : 4.0F;
            out[g * 16 + l] = scale * (static_cast<float>(twoBits(bytes[l], g % 8 / 2)) - absent);
        }
    }
}

/// Scale and minimum of the eight groups of a Q4_K or Q5_K block, already times d and dmin.
struct Groups
{
    std::array<float, 8> scale{};
    std::array<float, 8> minimum{};
};

/// Twelve bytes s: groups 0-3 have the low six bits of s[0..3] and s[4..7]; groups 4-7 have the
/// halves of s[8..11], with their upper two bits in the upper two of s[0..3] and s[4..7].
[[nodiscard]] inline Groups groupsOf(Bytes block)
{
    const float d = half(block);
    const float dmin = half(block + 2);
    const Bytes s = block + 4;
    Groups groups;
    for (std::size_t g = 0; g < 4; ++g) {
        const auto upperScale = static_cast<std::uint8_t>(s[g] >> 6U << 4U);
        const auto upperMinimum = static_cast<std::uint8_t>(s[g + 4] >> 6U << 4U);
        groups.scale[g] = d * static_cast<float>(s[g] & 63U);
        groups.minimum[g] = dmin * static_cast<float>(s[g + 4] & 63U);
        groups.scale[g + 4] = d * static_cast<float>((s[g + 8] & 0xfU) | upperScale);
        groups.minimum[g + 4] =
            dmin * static_cast<float>(static_cast<std::uint8_t>(s[g + 8] >> 4U) | upperMinimum);
    }
    return groups;
}

inline void blockQ4_K(Bytes block, float* out)
{
    const Groups groups = groupsOf(block);
    const Bytes q = block + 16;
    for (std::size_t g = 0; g < 8; g += 2) {
        for (std::size_t l = 0; l < 32; ++l) {
            const std::uint8_t pair = q[g / 2 * 32 + l];
            out[g * 32 + l] = groups.scale[g] * low(pair) - groups.minimum[g];
            out[g * 32 + 32 + l] = groups.scale[g + 1] * high(pair) - groups.minimum[g + 1];
        }
    }
}

inline void blockQ5_K(Bytes block, float* out)
{
    const Groups groups = groupsOf(block);
    const Bytes upper = block + 16;
    const Bytes q = block + 48;
    for (std::size_t g = 0; g < 8; g += 2) {
        for (std::size_t l = 0; l < 32; ++l) {
            const std::uint8_t pair = q[g / 2 * 32 + l];
            const float first = low(pair) + static_cast<float>((upper[l] >> g & 1U) << 4U);
            const float second = high(pair) + static_cast<float>((upper[l] >> (g + 1) & 1U) << 4U);
            out[g * 32 + l] = groups.scale[g] * first - groups.minimum[g];
            out[g * 32 + 32 + l] = groups.scale[g + 1] * second - groups.minimum[g + 1];
        }
    }
}

inline void blockQ6_K(Bytes block, float* out)
{
    const float d = half(block + 208);
    std::array<float, 16> scale{};
    for (std::size_t g = 0; g < scale.size(); ++g) {
        scale[g] = d * signedByte(block[192 + g]);
    }
    for (std::size_t n = 0; n < 2; ++n) { // halves of 128 values
        const Bytes lower = block + n * 64;
        const Bytes upper = block + 128 + n * 32;
        const float* s = scale.data() + n * 8;
        float* y = out + n * 128;
        for (std::size_t l = 0; l < 32; ++l) {
            const std::size_t g = l / 16;
            const auto bits = [&](std::size_t pair) {
                return static_cast<float>(twoBits(upper[l], pair) << 4U) - 32.0F;
            };
            y[l] = s[g] * (low(lower[l]) + bits(0));
            y[l + 32] = s[g + 2] * (low(lower[l + 32]) + bits(1));
            y[l + 64] = s[g + 4] * (high(lower[l]) + bits(2));
            y[l + 96] = s[g + 6] * (high(lower[l + 32]) + bits(3));
        }
    }
}

inline void blockQ8_K(Bytes block, float* out)
{
    float d = 0;
    std::memcpy(&d, block, sizeof(d));
    for (std::size_t i = 0; i < 256; ++i) {
        out[i] = d * signedByte(block[4 + i]);
    }
}

inline void blockIQ4_XS(Bytes block, float* out)
{
    const float d = half(block);
    const unsigned upper = word(block + 2);
    for (std::size_t g = 0; g < 8; ++g) {
        const unsigned lowerBits = static_cast<unsigned>(block[4 + g / 2]) >> (g % 2 * 4) & 0xfU;
        const unsigned bits = lowerBits | (upper >> (2 * g) & 3U) << 4U;
        const float scale = d * (static_cast<float>(bits) - 32.0F);
        const Bytes q = block + 8 + g * 16;
        for (std::size_t l = 0; l < 16; ++l) {
            out[g * 32 + l] = scale * levels[q[l] & 0xfU];
            out[g * 32 + 16 + l] = scale * levels[q[l] >> 4U];
        }
    }
}

} // namespace nextquill::model::blocks
