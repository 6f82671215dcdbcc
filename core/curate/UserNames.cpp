// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/UserNames.h"

#include "core/base/Utf8.h"
#include "core/curate/FoldedText.h"
#include "core/curate/PersonalPatterns.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <bit>

namespace nextquill::curate {

namespace {

constexpr std::size_t mostWords = 6;
constexpr std::size_t fewestCharacters = 3;
constexpr std::size_t placesPerName = 16;

bool isNameCharacter(char32_t c)
{
    return c == U'_' || isLetterOrDigit(c);
}

/// Runs of letters, digits and underscores.
std::vector<ByteRange> wordsOf(std::string_view text, ByteRange part)
{
    std::vector<ByteRange> words;
    bool inside = false;
    for (std::size_t at = part.begin; at < part.end;) {
        const std::size_t begin = at;
        if (!isNameCharacter(nextCodePoint(text, at))) {
            inside = false;
            continue;
        }
        if (!inside) {
            words.push_back({.begin = begin, .end = at});
        }
        words.back().end = at;
        inside = true;
    }
    return words;
}

/// In lower case, with one space for each run of white space.
std::string folded(std::string_view name)
{
    std::string result;
    bool space = false;
    for (std::size_t at = 0; at < name.size();) {
        const char32_t c = nextCodePoint(name, at);
        if (u_isUWhiteSpace(static_cast<UChar32>(c)) != 0) {
            space = true;
            continue;
        }
        result += space && !result.empty() ? " " : "";
        space = false;
        appendCodePoint(result, static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
    }
    return result;
}

bool isLookedFor(std::string_view name)
{
    bool letter = false;
    for (std::size_t at = 0; at < name.size();) {
        letter = u_isalpha(static_cast<UChar32>(nextCodePoint(name, at))) != 0 || letter;
    }
    return letter && codePointCount(name) >= fewestCharacters;
}

/// From the name's first word to its last, and how many there are.
struct NameCore
{
    std::string_view text;
    std::string_view firstWord;
    std::size_t words = 0;
};

NameCore coreOf(std::string_view name)
{
    const auto words = wordsOf(name, {.begin = 0, .end = name.size()});
    if (words.empty() || words.size() > mostWords) {
        return {};
    }
    const std::size_t begin = words.front().begin;
    return {.text = name.substr(begin, words.back().end - begin),
            .firstWord = name.substr(begin, words.front().size()),
            .words = words.size()};
}

} // namespace

std::uint64_t UserNames::numberOf(std::string_view name)
{
    const NameCore core = coreOf(name);
    return isLookedFor(core.text) ? textHash(folded(core.text)) : 0;
}

void UserNames::add(std::string_view name)
{
    const std::uint64_t number = numberOf(name);
    if (number == 0) {
        return;
    }
    m_names.push_back(number);
    if (const NameCore core = coreOf(name); core.words > 1) {
        std::size_t& words = m_firstWords[textHash(folded(core.firstWord))];
        words = std::max(words, core.words);
    }
}

void UserNames::prepare()
{
    std::ranges::sort(m_names);
    const auto again = std::ranges::unique(m_names);
    m_names.erase(again.begin(), again.end());
    m_maybe.assign(std::bit_ceil(placesPerName * (m_names.size() + 1)), false);
    for (const std::uint64_t name : m_names) {
        m_maybe[name & (m_maybe.size() - 1)] = true;
    }
}

void UserNames::leaveOut(const std::vector<std::uint64_t>& names)
{
    for (const std::uint64_t name : names) {
        const auto [begin, end] = std::ranges::equal_range(m_names, name);
        m_names.erase(begin, end);
    }
}

bool UserNames::mayHave(std::uint64_t name) const
{
    return m_maybe[name & (m_maybe.size() - 1)] && std::ranges::binary_search(m_names, name);
}

std::vector<UserNames::Find> UserNames::findAll(std::string_view text, ByteRange part) const
{
    std::vector<Find> finds;
    if (m_names.empty()) {
        return finds;
    }
    const std::vector<ByteRange> words = wordsOf(text, part);
    for (std::size_t first = 0; first < words.size();) {
        const auto several = m_firstWords.empty() ? m_firstWords.end()
                                                  : m_firstWords.find(textHash(folded(text.substr(
                                                        words[first].begin, words[first].size()))));
        std::size_t count = several == m_firstWords.end() ? 1 : several->second;
        count = std::min(count, words.size() - first);
        for (; count > 0; --count) {
            const ByteRange range{.begin = words[first].begin, .end = words[first + count - 1].end};
            const std::uint64_t name = textHash(folded(text.substr(range.begin, range.size())));
            if (mayHave(name)) {
                finds.push_back({.range = range, .name = name});
                break;
            }
        }
        first += std::max<std::size_t>(count, 1);
    }
    return finds;
}

void UserNames::find(std::string_view text, ByteRange part, std::vector<ByteRange>& found) const
{
    for (const Find& find : findAll(text, part)) {
        found.push_back(find.range);
    }
}

} // namespace nextquill::curate
