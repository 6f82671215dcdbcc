// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nextquill::text {

/// Kinds of characters as split patterns tell them apart; a set of bits, one of which a character
/// has (and LineEnd beside Space).
using KindSet = std::uint16_t;

namespace kind {

inline constexpr KindSet upper = 1;    ///< Lu, Lt
inline constexpr KindSet lower = 2;    ///< Ll
inline constexpr KindSet caseless = 4; ///< Lm, Lo
inline constexpr KindSet mark = 8;
inline constexpr KindSet number = 16;
inline constexpr KindSet space = 32;   ///< White_Space
inline constexpr KindSet lineEnd = 64; ///< \r and \n, which are spaces, too
inline constexpr KindSet punctuation = 128;
inline constexpr KindSet symbol = 256;
inline constexpr KindSet other = 512;

inline constexpr KindSet letter = upper | lower | caseless;

} // namespace kind

[[nodiscard]] KindSet unicodeKind(char32_t character);

/// Kinds of the characters of the Basic Multilingual Plane.
[[nodiscard]] const std::array<KindSet, 0x10000>& kindTable();

/// What a pattern names as \p{…}; none for a name that is not known.
[[nodiscard]] std::optional<KindSet> kindNamed(std::string_view property);

/// A text's characters one by one, each with its kind.
///
/// Bytes that are no UTF-8 count as symbols of one byte.
class KindReader
{
public:
    explicit KindReader(std::string_view text)
        : m_text{text}
        , m_kinds{kindTable()}
    {
    }

    struct Character
    {
        char32_t codePoint = 0;
        KindSet kind = 0;
        std::size_t end = 0;
    };

    [[nodiscard]] std::string_view text() const { return m_text; }
    [[nodiscard]] std::size_t size() const { return m_text.size(); }

    /// The character at a byte; beyond the end one of no kind.
    [[nodiscard]] Character at(std::size_t position) const
    {
        if (position >= m_text.size()) {
            return {.codePoint = 0, .kind = 0, .end = position};
        }
        const auto byte = static_cast<unsigned char>(m_text[position]);
        return byte < 0x80 ? Character{byte, m_kinds[byte], position + 1} : longer(position);
    }

    [[nodiscard]] KindSet kindAt(std::size_t position) const { return at(position).kind; }

    /// The end of the run of `kinds` that begins at a byte.
    [[nodiscard]] std::size_t runEnd(std::size_t position, KindSet kinds) const
    {
        for (Character c = at(position); (c.kind & kinds) != 0; c = at(position)) {
            position = c.end;
        }
        return position;
    }

    /// The same for a run of at most `count` characters.
    [[nodiscard]] std::size_t runEnd(std::size_t position, KindSet kinds, std::size_t count) const
    {
        for (Character c = at(position); count > 0 && (c.kind & kinds) != 0; c = at(position)) {
            position = c.end;
            --count;
        }
        return position;
    }

private:
    [[nodiscard]] Character longer(std::size_t position) const;

    std::string_view m_text;
    const std::array<KindSet, 0x10000>& m_kinds;
};

} // namespace nextquill::text
