// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::evaluate {

// Text as the reference tools (in Python) see it: code points, and Python's classes of characters.

using Characters = std::u32string;

/// Ill-formed bytes become U+FFFD.
[[nodiscard]] Characters toCharacters(std::string_view utf8);
[[nodiscard]] std::string toUtf8(const Characters& characters);

[[nodiscard]] bool isSpace(char32_t c); ///< str.isspace, \s
[[nodiscard]] bool isWord(char32_t c);  ///< \w
[[nodiscard]] bool isDigit(char32_t c); ///< \d: any decimal digit

/// str.lower(): full mapping, without a locale.
[[nodiscard]] Characters toLower(const Characters& text);

/// str.split()
[[nodiscard]] std::vector<Characters> splitAtSpace(const Characters& text);

} // namespace nextquill::evaluate
