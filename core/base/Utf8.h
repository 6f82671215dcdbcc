// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nextquill {

/// True when `bytes` is well-formed UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool isUtf8(std::string_view bytes) noexcept;

/// `bytes` with every ill-formed sequence replaced by U+FFFD (one per maximal subpart, as WHATWG).
[[nodiscard]] std::string toUtf8(std::string_view bytes);

/// The code point that starts at `position`, which is moved behind it. Ill-formed input gives
/// U+FFFD and moves one byte.
[[nodiscard]] char32_t nextCodePoint(std::string_view text, std::size_t& position) noexcept;

void appendCodePoint(std::string& text, char32_t codePoint);

/// Number of code points of well-formed UTF-8.
[[nodiscard]] std::size_t codePointCount(std::string_view text) noexcept;

/// At most `bytes` bytes of `text`, cut at a code point and, where there is one, at a word's end.
[[nodiscard]] std::string_view cutAtWord(std::string_view text, std::size_t bytes) noexcept;

/// For messages and logs: control, bidi and other invisible characters as `\u{202e}`; at most
/// `limit` code points, then "…".
[[nodiscard]] std::string escapedForDisplay(std::string_view text, std::size_t limit = 200);

/// Runs of white space become one space; none at the ends.
[[nodiscard]] std::string collapseWhitespace(std::string_view text);

} // namespace nextquill
