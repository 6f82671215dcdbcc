// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/CharacterKind.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace nextquill::text {

/// A set of characters, as a regular expression writes it: ranges and properties.
class CharacterSet
{
public:
    void add(char32_t first, char32_t last);
    void add(KindSet kinds) { m_kinds = static_cast<KindSet>(m_kinds | kinds); }
    void invert() { m_isInverted = !m_isInverted; }
    /// To be called after the last change and before the first question.
    void prepare();

    [[nodiscard]] bool contains(const KindReader::Character& character) const
    {
        return character.codePoint < m_ascii.size() ? m_ascii[character.codePoint]
                                                    : isMember(character);
    }

private:
    [[nodiscard]] bool isMember(const KindReader::Character& character) const;

    std::vector<std::pair<char32_t, char32_t>> m_ranges; ///< sorted, first and last of each
    KindSet m_kinds = 0;
    bool m_isInverted = false;
    std::array<bool, 128> m_ascii{};
};

/// A run of characters of one set, perhaps with a space before it: of the forms [a-z]+, \p{N}{1,3},
/// \s?\p{L}+, \s+$ and the like. They are many, and each is matched in one go.
class RunPattern
{
public:
    /// None when the expression is of no such form.
    [[nodiscard]] static std::optional<RunPattern> parse(std::string_view regex);

    /// Where a match that begins at `begin` ends; `begin` when there is none.
    [[nodiscard]] std::size_t matchEnd(const KindReader& text, std::size_t begin) const;

    /// Where a search goes on when none begins at `begin`.
    [[nodiscard]] std::size_t next(const KindReader& text, std::size_t begin) const;

private:
    [[nodiscard]] std::size_t runEnd(const KindReader& text, std::size_t begin) const;

    CharacterSet m_set;
    std::size_t m_least = 1;
    std::size_t m_most = 1;
    bool m_mayFollowSpace = false; ///< \s? before it
    bool m_isAtLineEnd = false;    ///< $ behind it
};

} // namespace nextquill::text
