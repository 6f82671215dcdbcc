// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/typeset/Bidirectional.h"
#include "core/typeset/Utf16Text.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace nextquill::typeset {

class FontSet;

// Lengths here are in thousandths of an em.

struct ShapedGlyph
{
    std::size_t font = 0;
    std::uint32_t glyph = 0;
    int x = 0; ///< from the cell's left edge
    int y = 0; ///< below the baseline
};

/// What a font draws as one, before it has a place on a line.
struct ShapedCell
{
    std::size_t begin = 0; ///< units of the paragraph
    std::size_t end = 0;
    std::uint8_t level = 0; ///< of direction
    int width = 0;
    bool isSpace = false;
    std::vector<ShapedGlyph> glyphs;
};

/// The cells of a paragraph in the text's order. Characters without a font go to `missing` and are
/// drawn as the first font draws what it does not have.
[[nodiscard]] std::vector<ShapedCell> shaped(const Utf16Text& text, const Directions& directions,
                                             FontSet& fonts, std::set<char32_t>& missing);

} // namespace nextquill::typeset
