// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill::kernels {

/// Numbers that share one scale, the largest absolute value among them. A block's buffers fit into
/// the first cache, and an outlier takes precision from 255 neighbours at the most.
inline constexpr std::int64_t codeBlock = 256;

/// The dynamic-exponent code: numbers of [0, 1] as whole numbers of `digits` binary digits.
///
///     m = 0    0
///     m > 0    i = place of the highest digit that is set, k = m - 2^i, the digits below it:
///              10^(i - digits + 1) · (0.1 + 0.9 (k + 1) / 2^i)
///
/// The highest digit chooses one of `digits` decades, those below it are a linear fraction within:
/// small numbers keep their size with few digits, large ones have many. Every decade ends at its
/// power of ten, so 1 is exact and values rise with m. As a function of m they are straight within
/// a decade and steeper from one to the next: convex, so that the way back is the least of `digits`
/// straight lines, rounded.
///
/// A first moment is a sign (128) and 7 digits (128 alone, a negative zero, is never written), a
/// second moment 8 digits; a second moment above zero never becomes 0, since it is divided by.
///
/// Source   Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization", section 1.3,
///          which has the middles of the same steps and 1 beside them
template<int digits>
struct DynamicCode
{
    static constexpr int lastCode = (1 << digits) - 1;

    /// The power of ten that decade i ends at.
    static constexpr double top(int i)
    {
        double power = 1;
        for (int below = i; below < digits - 1; ++below) {
            power *= 10;
        }
        return 1 / power;
    }

    static constexpr double value(int code)
    {
        if (code == 0) {
            return 0;
        }
        int i = 0;
        while (code >> (i + 1) != 0) {
            ++i;
        }
        const int steps = 1 << i;
        return top(i) * (0.1 + 0.9 * (code - steps + 1) / steps);
    }
};

/// The way back: a number x of decade i lies at offset + slope · x among the codes.
template<int digits>
struct CodeLines
{
    float slope[digits];
    float offset[digits];
};

template<int digits>
consteval CodeLines<digits> linesOf()
{
    CodeLines<digits> lines{};
    for (int i = 0; i < digits; ++i) {
        const double top = DynamicCode<digits>::top(i);
        const double steps = 1 << i;
        lines.slope[i] = static_cast<float>(i == 0 ? 1 / top : steps / (0.9 * top));
        lines.offset[i] = static_cast<float>(i == 0 ? 0 : steps - 1 - steps / 9);
    }
    return lines;
}

template<int digits>
inline constexpr CodeLines<digits> codeLines = linesOf<digits>();

/// A number for each byte.
struct CodeTable
{
    float values[256];
};

consteval CodeTable signedCodeTable()
{
    CodeTable table{};
    for (int byte = 0; byte < 256; ++byte) {
        const double size = DynamicCode<7>::value(byte % 128);
        table.values[byte] = static_cast<float>(byte < 128 || size == 0 ? size : -size);
    }
    return table;
}

consteval CodeTable unsignedCodeTable()
{
    CodeTable table{};
    for (int byte = 0; byte < 256; ++byte) {
        table.values[byte] = static_cast<float>(DynamicCode<8>::value(byte));
    }
    return table;
}

inline constexpr CodeTable signedCode = signedCodeTable();
inline constexpr CodeTable unsignedCode = unsignedCodeTable();

} // namespace nextquill::kernels
