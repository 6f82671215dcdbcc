// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::evaluate {

/// A name or number that a text has.
struct TextFact
{
    std::string text; ///< as it is written there
    ByteRange bytes;
    bool isNumber = false;
};

/// Which names and numbers of a source a text keeps, and which it has from elsewhere.
struct GroundedFacts
{
    std::vector<TextFact> kept;       ///< in the text, and in the source
    std::vector<TextFact> invented;   ///< in the text, not in the source
    std::vector<std::string> missing; ///< in the source alone, each once

    /// Share of the source's names and numbers that the text has; 0 where the source has none.
    [[nodiscard]] double recall() const;
};

/// Compares a text with what it is about (an item's title and description). Each fact once.
///
/// A number is a run of digits of any script with . and , inside: "1,299.00" is 1299. A name is a
/// word with a capital letter that does not begin a sentence (but may begin the source, a title),
/// or a word of letters and digits ("XR-200"); a word that stands somewhere without its capital is
/// none. Compared without case. Scripts without capitals have numbers alone. So this tells what a
/// text has from its item, not what is true.
///
/// Threads  any
[[nodiscard]] GroundedFacts groundedFacts(std::string_view text, std::string_view source);

} // namespace nextquill::evaluate
