// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace nextquill {

/// "12,403", for people; files that programs read have numbers without commas.
[[nodiscard]] inline std::string grouped(std::int64_t number)
{
    constexpr std::size_t digitsOfGroup = 3;
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + digitsOfGroup;) {
        at -= digitsOfGroup;
        digits.insert(at, 1, ',');
    }
    return digits;
}

/// "1 review", "12,403 reviews", "0 reviews".
[[nodiscard]] inline std::string counted(std::int64_t number, const char* one, const char* many)
{
    return grouped(number) + ' ' + (number == 1 ? one : many);
}

} // namespace nextquill
