// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/typeset/Utf16Text.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nextquill::typeset {

/// Embedding levels (Unicode annex 9): odd ones are read from right to left.
struct Directions
{
    std::uint8_t paragraph = 0;
    std::vector<std::uint8_t> levels; ///< of each unit
};

/// A paragraph's direction is that of its first letter, left to right where it has none.
[[nodiscard]] Directions directionsOf(const Utf16Text& text);

/// Indices of a line's cells from left to right, by their levels.
[[nodiscard]] std::vector<std::size_t> visualOrder(const std::vector<std::uint8_t>& levels);

} // namespace nextquill::typeset
