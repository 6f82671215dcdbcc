// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::curate {

/// Signs that people use in ways of their own.
enum class StyleMark {
    FullStop,
    Comma,
    Exclamation,
    Question,
    Ellipsis, ///< "…", or three full stops and more
    Colon,
    Semicolon,
    Dash,      ///< "—", "–", "--", " - "
    Bracket,   ///< pairs: opening ones
    Quotation, ///< pairs
    Emoji,     ///< pictures and ":-)"
};
inline constexpr std::size_t styleMarkCount = 11;

/// "full stop", "exclamation mark" …
[[nodiscard]] std::string_view nameOf(StyleMark mark) noexcept;

struct StyleWord
{
    ByteRange range;          ///< in the text
    std::uint64_t hash = 0;   ///< of the word in lower case
    bool startsClause = true; ///< a sign stands in front: no phrase goes across it
};

/// A text as its style is measured: words, sentences, signs.
///
/// A word is a run of letters, marks and digits, with apostrophes and hyphens inside; a character
/// of a script that is written without spaces is a word of its own. A sentence ends with . ! ? … or
/// a line break.
class StyleText
{
public:
    explicit StyleText(std::string_view text);

    [[nodiscard]] const std::vector<StyleWord>& words() const { return m_words; }
    [[nodiscard]] std::int64_t sentences() const { return m_sentences; }
    [[nodiscard]] std::int64_t letters() const { return m_letters; } ///< characters of words
    [[nodiscard]] std::int64_t shouted() const { return m_shouted; } ///< words all in capitals
    [[nodiscard]] const std::array<std::int64_t, styleMarkCount>& marks() const { return m_marks; }

    /// The number of `count` words in a row; that of the same words is the same anywhere.
    [[nodiscard]] std::uint64_t phrase(std::size_t first, std::size_t count) const;
    /// Whether these words stand in one clause.
    [[nodiscard]] bool isPhrase(std::size_t first, std::size_t count) const;
    /// The same words as they are shown: in lower case, one space between.
    [[nodiscard]] std::string phraseText(std::size_t first, std::size_t count) const;

private:
    class Reader;

    std::string_view m_text;
    std::vector<StyleWord> m_words;
    std::int64_t m_sentences = 0;
    std::int64_t m_letters = 0;
    std::int64_t m_shouted = 0;
    std::array<std::int64_t, styleMarkCount> m_marks{};
};

} // namespace nextquill::curate
