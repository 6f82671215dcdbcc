// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/SearchHits.h"

#include "core/base/Utf8.h"
#include "core/store/SearchExpression.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

namespace nextquill::store {

namespace {

/// A word of a text as the index sees it: letters, digits and what belongs to them.
struct Word
{
    std::string folded;
    ByteRange place;
};

bool isOfWord(char32_t c)
{
    const auto kind = static_cast<UCharCategory>(u_charType(static_cast<UChar32>(c)));
    switch (kind) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
    case U_DECIMAL_DIGIT_NUMBER:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
    case U_PRIVATE_USE_CHAR:
        return true;
    default:
        return false;
    }
}

bool isMark(char32_t c)
{
    const auto kind = static_cast<UCharCategory>(u_charType(static_cast<UChar32>(c)));
    return kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK ||
           kind == U_COMBINING_SPACING_MARK;
}

/// Without case and, where a Latin letter has an accent, without that.
void appendFolded(std::string& word, char32_t c)
{
    static const icu::Normalizer2* const decomposition = [] {
        UErrorCode failed = U_ZERO_ERROR;
        return icu::Normalizer2::getNFDInstance(failed);
    }();
    const auto folded = static_cast<UChar32>(u_tolower(static_cast<UChar32>(c)));
    icu::UnicodeString parts;
    if (folded >= 0x80 && decomposition != nullptr &&
        decomposition->getDecomposition(folded, parts) != 0 && parts.char32At(0) < 0x80) {
        appendCodePoint(word, static_cast<char32_t>(parts.char32At(0)));
        return;
    }
    appendCodePoint(word, static_cast<char32_t>(folded));
}

std::vector<Word> wordsOf(std::string_view text)
{
    std::vector<Word> words;
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t c = nextCodePoint(text, at);
        if (isOfWord(c)) {
            if (!inside) {
                words.push_back({.folded = {}, .place = {begin, begin}});
            }
            inside = true;
            appendFolded(words.back().folded, c);
            words.back().place.end = at;
        } else if (inside && isMark(c)) {
            words.back().place.end = at;
        } else {
            inside = false;
        }
    }
    return words;
}

} // namespace

SearchHits::SearchHits(std::string_view search)
{
    // The index's own language: terms in quotes, "*" behind a beginning, operators between.
    const std::string query = fullTextQuery(search);
    bool isUnwanted = false;
    for (std::size_t at = 0; at < query.size();) {
        if (query[at] != '"') {
            isUnwanted = query.compare(at, 3, "NOT") == 0 || (isUnwanted && query[at] == ' ');
            at += query.compare(at, 3, "NOT") == 0 || query.compare(at, 3, "AND") == 0 ? 3 : 1;
            continue;
        }
        const std::size_t end = query.find('"', at + 1);
        Term term;
        for (Word& word : wordsOf(std::string_view{query}.substr(at + 1, end - at - 1))) {
            term.words.push_back(std::move(word.folded));
        }
        at = end + 1;
        term.prefix = query.compare(at, 2, " *") == 0;
        at += term.prefix ? 2 : 0;
        if (!isUnwanted && !term.words.empty()) {
            m_terms.push_back(std::move(term));
        }
        isUnwanted = false;
    }
}

std::vector<ByteRange> SearchHits::in(std::string_view text) const
{
    const std::vector<Word> words = wordsOf(text);
    std::vector<ByteRange> hits;
    for (std::size_t first = 0; first < words.size(); ++first) {
        for (const Term& term : m_terms) {
            if (first + term.words.size() > words.size()) {
                continue;
            }
            bool same = true;
            for (std::size_t i = 0; same && i < term.words.size(); ++i) {
                const std::string& word = words[first + i].folded;
                same = term.prefix && i + 1 == term.words.size() ? word.starts_with(term.words[i])
                                                                 : word == term.words[i];
            }
            if (same) {
                hits.push_back(
                    {words[first].place.begin, words[first + term.words.size() - 1].place.end});
            }
        }
    }
    std::ranges::sort(hits, {}, &ByteRange::begin);
    std::vector<ByteRange> merged;
    for (const ByteRange& hit : hits) {
        if (!merged.empty() && hit.begin < merged.back().end) {
            merged.back().end = std::max(merged.back().end, hit.end);
        } else {
            merged.push_back(hit);
        }
    }
    return merged;
}

} // namespace nextquill::store
