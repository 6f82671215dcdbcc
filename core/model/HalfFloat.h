// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace nextquill::model {

/// IEEE 754 half precision to single; exact, without a branch on common values.
[[nodiscard]] inline float halfToFloat(std::uint16_t half) noexcept
{
    const std::uint32_t sign = (half & 0x8000U) << 16U;
    const std::uint32_t rest = half & 0x7fffU;
    if (rest >= 0x7c00U) { // infinity, not a number
        return std::bit_cast<float>(sign | 0x7f800000U | (rest & 0x3ffU) << 13U);
    }
    if (rest < 0x0400U) { // subnormal: rest * 2^-24
        const float small = static_cast<float>(rest) * 0x1p-24F;
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(small) | sign);
    }
    constexpr std::uint32_t biasShift = (127U - 15U) << 23U;
    return std::bit_cast<float>(sign | ((rest << 13U) + biasShift));
}

[[nodiscard]] inline float bfloat16ToFloat(std::uint16_t value) noexcept
{
    return std::bit_cast<float>(std::uint32_t{value} << 16U);
}

/// Single precision to half, to the nearest, ties to even; beyond the largest half: infinite.
[[nodiscard]] inline std::uint16_t floatToHalf(float value) noexcept
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>(bits >> 16U & 0x8000U);
    const std::uint32_t rest = bits & 0x7fffffffU;
    if (rest > 0x7f800000U) { // not a number; a quiet one
        return static_cast<std::uint16_t>(sign | 0x7e00U | (rest >> 13U & 0x3ffU));
    }
    if (rest >= 0x477ff000U) { // 65,520 and more
        return static_cast<std::uint16_t>(sign | 0x7c00U);
    }
    if (rest <
        0x38800000U) { // subnormal: adding 0.5 leaves value / 2^-24 in the last bits, rounded
        const float shifted = std::bit_cast<float>(rest) + 0.5F;
        return static_cast<std::uint16_t>(
            sign | (std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(0.5F)));
    }
    const std::uint32_t odd = rest >> 13U & 1U;
    return static_cast<std::uint16_t>(sign | ((rest - 0x38000000U + 0xfffU + odd) >> 13U));
}

[[nodiscard]] inline std::uint16_t floatToBFloat16(float value) noexcept
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffU) > 0x7f800000U) {
        return static_cast<std::uint16_t>(bits >> 16U | 0x40U); // a quiet one
    }
    return static_cast<std::uint16_t>((bits + 0x7fffU + (bits >> 16U & 1U)) >> 16U);
}

} // namespace nextquill::model
