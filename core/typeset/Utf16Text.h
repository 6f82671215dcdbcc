// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::typeset {

/// A paragraph as ICU and HarfBuzz read it, with the way back to its bytes.
struct Utf16Text
{
    std::u16string units;
    std::vector<std::size_t> bytes; ///< where each unit's character begins; one more for the end
};

/// `offset` is added to the places. Characters that are not to be drawn as they are (control
/// characters, those that turn the direction) become U+FFFD, white space of all kinds a space.
[[nodiscard]] Utf16Text utf16Of(std::string_view paragraph, std::size_t offset);

enum class Boundary { Character, Line };

/// Where a text may be parted, as flags for each unit and the end.
[[nodiscard]] std::vector<bool> boundariesOf(const Utf16Text& text, Boundary boundary);

/// The code points of a part.
[[nodiscard]] std::u32string codePoints(const Utf16Text& text, std::size_t begin, std::size_t end);

} // namespace nextquill::typeset
