// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufQuantization.h"

#include "core/base/Error.h"
#include "core/model/HalfFloat.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

// A block holds 32 (Q8_0, Q4_*, Q5_*) or 256 (Q*_K) values as small whole numbers q with float16
// scales, little-endian:
//
//   Q8_0  d  q[32] as int8                                     value = d q
//   Q4_0  d  16 bytes: q[i] low half, q[i+16] high half         value = d (q - 8)
//   Q4_1  d m, the same                                         value = d q + m
//   Q5_0  d  u32 h, 16 bytes: bit i of h is bit 4 of q[i]       value = d (q - 16)
//   Q5_1  d m, the same                                         value = d q + m
//   Q4_K  d dmin, 12 bytes of 6-bit scales s and minima n for eight groups of 32,
//         128 bytes: 64 values to 32 bytes, low halves first    value = (d s) q - (dmin n)
//   Q5_K  d dmin, the same 12 bytes, 32 bytes h (bit g of h[l] is bit 4 of group g's value l),
//         128 bytes                                             value = (d s) q - (dmin n)
//   Q6_K  128 bytes low halves, 64 bytes upper two bits, 16 int8 scales s for groups of 16, d
//                                                               value = (d s) (q - 32)

namespace nextquill::model {

namespace {

using Bytes = const std::uint8_t*;

std::uint16_t word(Bytes bytes)
{
    return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8U);
}

float half(Bytes bytes)
{
    return halfToFloat(word(bytes));
}

float low(std::uint8_t byte)
{
    return static_cast<float>(byte & 0xfU);
}

float high(std::uint8_t byte)
{
    return static_cast<float>(byte >> 4U);
}

void blockQ8_0(Bytes block, float* out)
{
    const float d = half(block);
    for (std::size_t i = 0; i < 32; ++i) {
        out[i] = d * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
    }
}

void blockQ4_0(Bytes block, float* out)
{
    const float d = half(block);
    for (std::size_t i = 0; i < 16; ++i) {
        out[i] = d * (low(block[2 + i]) - 8.0F);
        out[i + 16] = d * (high(block[2 + i]) - 8.0F);
    }
}

void blockQ4_1(Bytes block, float* out)
{
    const float d = half(block);
    const float m = half(block + 2);
    for (std::size_t i = 0; i < 16; ++i) {
        out[i] = d * low(block[4 + i]) + m;
        out[i + 16] = d * high(block[4 + i]) + m;
    }
}

/// The 32 five-bit numbers of Q5_0 and Q5_1: four bytes of upper bits, then the halves.
std::array<float, 32> fiveBits(Bytes bytes)
{
    const std::uint32_t upper = word(bytes) | static_cast<std::uint32_t>(word(bytes + 2)) << 16U;
    std::array<float, 32> q{};
    for (std::size_t i = 0; i < 16; ++i) {
        q[i] = low(bytes[4 + i]) + static_cast<float>((upper >> i & 1U) << 4U);
        q[i + 16] = high(bytes[4 + i]) + static_cast<float>((upper >> (i + 16) & 1U) << 4U);
    }
    return q;
}

void blockQ5_0(Bytes block, float* out)
{
    const float d = half(block);
    const std::array<float, 32> q = fiveBits(block + 2);
    for (std::size_t i = 0; i < q.size(); ++i) {
        out[i] = d * (q[i] - 16.0F);
    }
}

void blockQ5_1(Bytes block, float* out)
{
    const float d = half(block);
    const float m = half(block + 2);
    const std::array<float, 32> q = fiveBits(block + 4);
    for (std::size_t i = 0; i < q.size(); ++i) {
        out[i] = d * q[i] + m;
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
Groups groupsOf(Bytes block)
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

void blockQ4_K(Bytes block, float* out)
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

void blockQ5_K(Bytes block, float* out)
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

void blockQ6_K(Bytes block, float* out)
{
    const float d = half(block + 208);
    std::array<float, 16> scale{};
    for (std::size_t g = 0; g < scale.size(); ++g) {
        scale[g] = d * static_cast<float>(static_cast<std::int8_t>(block[192 + g]));
    }
    for (std::size_t n = 0; n < 2; ++n) { // halves of 128 values
        const Bytes lower = block + n * 64;
        const Bytes upper = block + 128 + n * 32;
        const float* s = scale.data() + n * 8;
        float* y = out + n * 128;
        for (std::size_t l = 0; l < 32; ++l) {
            const std::size_t g = l / 16;
            const auto bits = [&](unsigned pair) {
                return static_cast<float>((upper[l] >> (2 * pair) & 3U) << 4U) - 32.0F;
            };
            y[l] = s[g] * (low(lower[l]) + bits(0));
            y[l + 32] = s[g + 2] * (low(lower[l + 32]) + bits(1));
            y[l + 64] = s[g + 4] * (high(lower[l]) + bits(2));
            y[l + 96] = s[g + 6] * (high(lower[l + 32]) + bits(3));
        }
    }
}

void blockF16(Bytes block, float* out)
{
    *out = half(block);
}

void blockBF16(Bytes block, float* out)
{
    *out = bfloat16ToFloat(word(block));
}

void blockF64(Bytes block, float* out)
{
    double value = 0;
    std::memcpy(&value, block, sizeof(value));
    *out = static_cast<float>(value);
}

template<auto block>
void eachBlock(DType dtype, Bytes data, std::size_t elements, float* out)
{
    const std::size_t step = blockElements(dtype);
    const std::size_t bytes = byteSize(dtype, step);
    for (std::size_t i = 0; i < elements; i += step, data += bytes) {
        block(data, out + i);
    }
}

} // namespace

void toFloat32(DType dtype, const std::byte* data, std::size_t elements, float* out)
{
    const auto* bytes = reinterpret_cast<Bytes>(data);
    switch (dtype) {
    case DType::F32:
        std::memcpy(out, data, elements * sizeof(float));
        return;
    case DType::F64:
        return eachBlock<blockF64>(dtype, bytes, elements, out);
    case DType::F16:
        return eachBlock<blockF16>(dtype, bytes, elements, out);
    case DType::BF16:
        return eachBlock<blockBF16>(dtype, bytes, elements, out);
    case DType::Q8_0:
        return eachBlock<blockQ8_0>(dtype, bytes, elements, out);
    case DType::Q4_0:
        return eachBlock<blockQ4_0>(dtype, bytes, elements, out);
    case DType::Q4_1:
        return eachBlock<blockQ4_1>(dtype, bytes, elements, out);
    case DType::Q5_0:
        return eachBlock<blockQ5_0>(dtype, bytes, elements, out);
    case DType::Q5_1:
        return eachBlock<blockQ5_1>(dtype, bytes, elements, out);
    case DType::Q4_K:
        return eachBlock<blockQ4_K>(dtype, bytes, elements, out);
    case DType::Q5_K:
        return eachBlock<blockQ5_K>(dtype, bytes, elements, out);
    case DType::Q6_K:
        return eachBlock<blockQ6_K>(dtype, bytes, elements, out);
    case DType::I64:
    case DType::I32:
    case DType::U8:
        break;
    }
    throw Error{ErrorKind::BadInput,
                "a weight has the whole-number type " + std::string{name(dtype)}, "tensor",
                "use a copy of the model in BF16, F16 or F32"};
}

} // namespace nextquill::model
