// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/WordClass.h"

#include "core/base/Utf8.h"
#include "core/curate/StyleText.h"
#include "core/curate/WordCase.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <string>

namespace nextquill::curate {

namespace {

constexpr std::array<std::string_view, allWordClasses.size()> classNames{
    "content words", "function words", "numbers", "punctuation and signs", "white space"};

bool startsWithNumeral(std::string_view word)
{
    std::size_t at = 0;
    const char32_t c = nextCodePoint(word, at);
    return (U_MASK(u_charType(static_cast<UChar32>(c))) & U_GC_N_MASK) != 0;
}

WordClass classOf(std::string_view word)
{
    if (startsWithNumeral(word)) {
        return WordClass::Number;
    }
    return isEnglishFunctionWord(lowerCase(word)) ? WordClass::Function : WordClass::Content;
}

bool isBlank(std::string_view piece)
{
    for (std::size_t at = 0; at < piece.size();) {
        if (u_isUWhiteSpace(static_cast<UChar32>(nextCodePoint(piece, at))) == 0) {
            return false;
        }
    }
    return true;
}

} // namespace

std::string_view nameOf(WordClass wordClass) noexcept
{
    return classNames[static_cast<std::size_t>(wordClass)];
}

WordClasses::WordClasses(std::string_view text)
    : m_text{text}
{
    const StyleText style{text};
    for (const StyleWord& word : style.words()) {
        m_words.push_back({.range = word.range,
                           .wordClass = classOf(text.substr(word.range.begin, word.range.size()))});
    }
}

WordClass WordClasses::of(ByteRange piece) const
{
    const auto word = std::upper_bound(
        m_words.begin(), m_words.end(), piece.begin,
        [](std::size_t at, const Word& candidate) { return at < candidate.range.end; });
    if (word != m_words.end() && word->range.begin < piece.end) {
        return word->wordClass;
    }
    return isBlank(m_text.substr(piece.begin, piece.size())) ? WordClass::Space
                                                             : WordClass::Punctuation;
}

} // namespace nextquill::curate
