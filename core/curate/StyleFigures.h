// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/StyleText.h"

#include <array>
#include <cstdint>
#include <optional>

namespace nextquill::curate {

/// What can be measured of how some texts are written.
struct StyleFigures
{
    std::int64_t texts = 0;
    std::int64_t words = 0;
    std::int64_t sentences = 0;
    double wordsPerText = 0;
    double wordsPerSentence = 0;
    double lettersPerWord = 0;
    double shoutedPer100Words = 0; ///< words all in capitals
    std::array<double, styleMarkCount> marksPer100Words{};
    std::optional<double> mtld; ///< mean over the texts of 50 words or more; none: there is none
    std::optional<double> typeShare; ///< in windows of 50 words; the same mean

    [[nodiscard]] double marks(StyleMark mark) const
    {
        return marksPer100Words[static_cast<std::size_t>(mark)];
    }
};

/// Adds texts up to figures. Texts count by their words, but for the measures of vocabulary, in
/// which each text of 50 words or more counts once.
class StyleTally
{
public:
    void add(const StyleText& text);
    [[nodiscard]] StyleFigures figures() const;

private:
    std::int64_t m_texts = 0;
    std::int64_t m_words = 0;
    std::int64_t m_sentences = 0;
    std::int64_t m_letters = 0;
    std::int64_t m_shouted = 0;
    std::array<std::int64_t, styleMarkCount> m_marks{};
    std::int64_t m_long = 0; ///< texts of 50 words or more
    double m_mtld = 0;
    double m_typeShare = 0;
};

} // namespace nextquill::curate
