// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/StyleFigures.h"

#include "core/curate/LexicalDiversity.h"

namespace nextquill::curate {

namespace {

double ratio(std::int64_t of, std::int64_t to)
{
    return to == 0 ? 0 : static_cast<double>(of) / static_cast<double>(to);
}

} // namespace

void StyleTally::add(const StyleText& text)
{
    ++m_texts;
    m_words += static_cast<std::int64_t>(text.words().size());
    m_sentences += text.sentences();
    m_letters += text.letters();
    m_shouted += text.shouted();
    for (std::size_t i = 0; i < styleMarkCount; ++i) {
        m_marks[i] += text.marks()[i];
    }
    std::vector<std::uint64_t> words;
    words.reserve(text.words().size());
    for (const StyleWord& word : text.words()) {
        words.push_back(word.hash);
    }
    const auto length = mtld(words);
    const auto share = movingTypeShare(words);
    if (length && share) {
        ++m_long;
        m_mtld += *length;
        m_typeShare += *share;
    }
}

StyleFigures StyleTally::figures() const
{
    constexpr double hundred = 100;
    StyleFigures figures{.texts = m_texts,
                         .words = m_words,
                         .sentences = m_sentences,
                         .wordsPerText = ratio(m_words, m_texts),
                         .wordsPerSentence = ratio(m_words, m_sentences),
                         .lettersPerWord = ratio(m_letters, m_words),
                         .shoutedPer100Words = hundred * ratio(m_shouted, m_words),
                         .marksPer100Words = {},
                         .mtld = {},
                         .typeShare = {}};
    for (std::size_t i = 0; i < styleMarkCount; ++i) {
        figures.marksPer100Words[i] = hundred * ratio(m_marks[i], m_words);
    }
    if (m_long > 0) {
        figures.mtld = m_mtld / static_cast<double>(m_long);
        figures.typeShare = m_typeShare / static_cast<double>(m_long);
    }
    return figures;
}

} // namespace nextquill::curate
