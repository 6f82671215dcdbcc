// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/GroundedFacts.h"

#include "core/base/Utf8.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <map>
#include <set>

namespace nextquill::evaluate {

namespace {

UChar32 unicodeOf(char32_t c)
{
    return static_cast<UChar32>(c);
}

bool isWordCharacter(char32_t c)
{
    return (U_MASK(u_charType(unicodeOf(c))) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)) != 0;
}

bool endsSentence(char32_t c)
{
    return c == U'.' || c == U'!' || c == U'?' || c == U'…' || c == U'\n' || c == U'。';
}

/// A word as the reader finds it.
struct FoundWord
{
    ByteRange bytes;
    std::string key;       ///< lower case; of a number its digits
    bool isNumber = false; ///< digits alone
    bool isName = false;   ///< by itself: not only because a sentence begins
    bool isCapitalised = false;
    bool hasDigit = false;
};

/// The same for numbers of one value: 12.50 is 12.5, 12.00 is 12. What has several points (a date,
/// a version) stays as it is.
std::string numberKey(std::string figures)
{
    if (std::ranges::count(figures, '.') == 1) {
        figures.erase(figures.find_last_not_of('0') + 1);
        if (figures.back() == '.') {
            figures.pop_back();
        }
    }
    return figures;
}

/// Cuts a text into words and says what they look like.
class WordReader
{
public:
    explicit WordReader(std::string_view text)
        : m_text{text}
    {
    }

    [[nodiscard]] std::vector<FoundWord> read()
    {
        std::vector<FoundWord> words;
        for (std::size_t at = 0; at < m_text.size();) {
            std::size_t next = at;
            const char32_t c = nextCodePoint(m_text, next);
            if (!isWordCharacter(c)) {
                m_atBegin = m_atBegin || endsSentence(c);
                at = next;
                continue;
            }
            words.push_back(word(at));
            at = words.back().bytes.end;
            m_atBegin = false;
        }
        return words;
    }

private:
    /// Signs that stand within a word where one of its characters follows.
    [[nodiscard]] bool joins(char32_t c, std::size_t next, bool digitsOnly) const
    {
        if (next >= m_text.size()) {
            return false;
        }
        const char32_t after = nextCodePoint(m_text, next);
        if (c == U'.' || c == U',') {
            return digitsOnly && u_isdigit(unicodeOf(after)) != 0;
        }
        return (c == U'-' || c == U'\'' || c == U'’') && isWordCharacter(after);
    }

    [[nodiscard]] FoundWord word(std::size_t begin) const
    {
        FoundWord word{.bytes = {.begin = begin, .end = begin}};
        bool hasLetter = false;
        std::string figures; // digits, and the sign before the last ones
        for (std::size_t at = begin; at < m_text.size();) {
            std::size_t next = at;
            const char32_t c = nextCodePoint(m_text, next);
            if (!isWordCharacter(c) && !joins(c, next, !hasLetter)) {
                break;
            }
            const bool digit = u_isdigit(unicodeOf(c)) != 0;
            word.isCapitalised =
                word.isCapitalised || (at == begin && u_isupper(unicodeOf(c)) != 0);
            word.hasDigit = word.hasDigit || digit;
            hasLetter = hasLetter || (isWordCharacter(c) && !digit);
            if (digit) {
                figures += static_cast<char>('0' + u_charDigitValue(unicodeOf(c)));
            } else if (c == U'.') {
                figures += '.';
            }
            appendCodePoint(word.key, static_cast<char32_t>(u_tolower(unicodeOf(c))));
            at = word.bytes.end = next;
        }
        word.isNumber = word.hasDigit && !hasLetter;
        if (word.isNumber) {
            word.key = numberKey(figures);
        }
        word.isName = !word.isNumber && ((word.isCapitalised && !m_atBegin) || word.hasDigit);
        return word;
    }

    std::string_view m_text;
    bool m_atBegin = true; ///< of a sentence
};

/// "I" is no name, nor is "I've".
bool isFirstPerson(const std::string& key)
{
    return key == "i" || key.starts_with("i'") || key.starts_with("i’");
}

} // namespace

double GroundedFacts::recall() const
{
    const std::size_t all = kept.size() + missing.size();
    return all > 0 ? static_cast<double>(kept.size()) / static_cast<double>(all) : 0;
}

GroundedFacts groundedFacts(std::string_view text, std::string_view source)
{
    const std::vector<FoundWord> written = WordReader{text}.read();
    const std::vector<FoundWord> given = WordReader{source}.read();
    // In titles every word has a capital: what stands without one somewhere is no name.
    std::set<std::string> plain;
    for (const std::vector<FoundWord>* const words : {&written, &given}) {
        for (const FoundWord& word : *words) {
            if (!word.isCapitalised && !word.hasDigit) {
                plain.insert(word.key);
            }
        }
    }
    std::map<std::string, std::string> facts; ///< of the source: key and how it is written
    for (std::size_t i = 0; i < given.size(); ++i) {
        const FoundWord& word = given[i];
        const bool isName = word.isName || (i == 0 && word.isCapitalised);
        if (word.isNumber || (isName && !plain.contains(word.key))) {
            facts.emplace(word.key, source.substr(word.bytes.begin, word.bytes.size()));
        }
    }
    GroundedFacts grounded;
    std::set<std::string> seen;
    for (const FoundWord& word : written) {
        const bool isKept = facts.contains(word.key);
        const bool isNew = word.isNumber || (word.isName && !plain.contains(word.key));
        if ((!isKept && !isNew) || isFirstPerson(word.key) || !seen.insert(word.key).second) {
            continue;
        }
        (isKept ? grounded.kept : grounded.invented)
            .push_back({.text = std::string{text.substr(word.bytes.begin, word.bytes.size())},
                        .bytes = word.bytes,
                        .isNumber = word.isNumber});
    }
    for (const auto& [key, name] : facts) {
        if (!seen.contains(key)) {
            grounded.missing.push_back(name);
        }
    }
    return grounded;
}

} // namespace nextquill::evaluate
