// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nextquill::typeset {

class FontSet;

// Lengths here are in pixels; x grows to the right from the left edge of the column.

struct SetGlyph
{
    std::size_t font = 0; ///< index in the FontSet
    std::uint32_t glyph = 0;
    std::size_t line = 0;
    double x = 0; ///< of its origin
    double y = 0; ///< of its origin below the line's baseline
};

/// The smallest stretch that can have a box of its own: a character with its marks, or those that a
/// font draws as one.
struct Cell
{
    ByteRange bytes; ///< in the text
    std::size_t line = 0;
    double x = 0; ///< of its left edge
    double width = 0;
    bool rightToLeft = false;
    bool hanging = false; ///< white space at which a line was broken: nothing is drawn for it
};

/// A text in lines.
struct SetText
{
    std::vector<SetGlyph> glyphs;
    std::vector<Cell> cells;       ///< in the text's order, which is not that on the line
    std::size_t lines = 0;         ///< at least 1
    double width = 0;              ///< of the widest line
    std::vector<char32_t> missing; ///< characters that no font has, each once; drawn as a box
};

/// Sets a text in lines of at most `width`: words are broken where Unicode lets lines end (between
/// Chinese characters, too), and anywhere where a word alone is too wide. A line feed ends a line.
/// Right-to-left scripts are ordered, and their letters joined, as readers expect; a paragraph that
/// begins with such a script is set from the right. Control characters, and those that would turn
/// the direction, are shown as U+FFFD.
///
/// Source  Unicode annexes 9 (direction), 14 (lines), 29 (characters) by ICU; shapes by HarfBuzz
[[nodiscard]] SetText setText(std::string_view text, FontSet& fonts, double size, double width);

/// A part of a line, from `x` on.
struct Stretch
{
    std::size_t line = 0;
    double x = 0;
    double width = 0;

    friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// Where a range of the text stands: a stretch for each line, and several on one line where the
/// direction changes in it. A range that covers a part of a cell has that share of it.
[[nodiscard]] std::vector<Stretch> stretchesOf(const SetText& text, ByteRange bytes);

} // namespace nextquill::typeset
