// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace nextquill::curate {

/// Coarse kinds of words, like parts of speech but told without a tagger.
enum class WordClass {
    Content,     ///< what is said: all words but the others
    Function,    ///< what holds a sentence together: articles, pronouns, prepositions…
    Number,      ///< begins with a digit, or is a numeral of any script: "5", "3rd", "Ⅳ"
    Punctuation, ///< signs, symbols, emoji
    Space,       ///< nothing but white space
};
inline constexpr std::array allWordClasses{WordClass::Content, WordClass::Function,
                                           WordClass::Number, WordClass::Punctuation,
                                           WordClass::Space};

/// "content words", "function words", "numbers", "punctuation and signs", "white space"
[[nodiscard]] std::string_view nameOf(WordClass wordClass) noexcept;

/// Whether an English word (lower case, ' as apostrophe) is in our list of some 280 function words
/// and their contractions.
[[nodiscard]] bool isEnglishFunctionWord(std::string_view lowerCase) noexcept;

/// The words of a text by class.
///
/// Covers: words as StyleText cuts them, in any script; numbers and signs go by Unicode's
/// categories. The function words are English ones alone: in other languages they count as content
/// words, and a view of such texts should say so.
///
/// Threads  any number at once, once made
/// Speed    linear in the text
class WordClasses
{
public:
    explicit WordClasses(std::string_view text);

    /// The class of the word that a piece of the text belongs to: of the first one that it reaches;
    /// of a piece without a word Punctuation or Space.
    [[nodiscard]] WordClass of(ByteRange piece) const;

private:
    struct Word
    {
        ByteRange range;
        WordClass wordClass{};
    };

    std::string_view m_text; ///< the caller keeps it
    std::vector<Word> m_words;
};

} // namespace nextquill::curate
