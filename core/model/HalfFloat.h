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

} // namespace nextquill::model
