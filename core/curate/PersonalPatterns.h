// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <string_view>
#include <vector>

namespace nextquill::curate {

/// A part of a text in which to look; what a pattern takes lies wholly in it.
struct TextPiece
{
    std::string_view text; ///< the whole, for the words in front of a number
    ByteRange range;
};

// Each adds what it finds in the piece, in any order; finds of one pattern may overlap.

/// "ann@example.org", "ann (at) example (dot) org", "ann at example dot org".
void findEmails(const TextPiece& piece, std::vector<ByteRange>& found);
/// "https://example.org/a?b", "www.example.org", "example.com/a", "youtu.be/a".
void findUrls(const TextPiece& piece, std::vector<ByteRange>& found);
/// "+49 30 1234567", "(212) 555-0123", "020 7946 0958", "Tel. 555-0123".
void findPhones(const TextPiece& piece, std::vector<ByteRange>& found);
/// "@ann_b".
void findHandles(const TextPiece& piece, std::vector<ByteRange>& found);

/// Letters, marks and digits of any script.
[[nodiscard]] bool isLetterOrDigit(char32_t c);

/// The character before `position`, which is moved in front of it. `position` is not 0.
[[nodiscard]] char32_t previousCodePoint(std::string_view text, std::size_t& position);

/// Whether a letter or digit stands directly in front of a place, or at it, within a piece.
[[nodiscard]] bool touchesWordBefore(const TextPiece& piece, std::size_t position);
[[nodiscard]] bool touchesWordAt(const TextPiece& piece, std::size_t position);

/// An ending of web addresses that is unlikely to be a word: "com", "org", in any case.
[[nodiscard]] bool isGenericEnding(std::string_view label);

} // namespace nextquill::curate
