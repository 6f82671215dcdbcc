// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/AddedTokens.h"

#include "core/base/Utf8.h"
#include "core/text/AlignedText.h"
#include "core/text/Normalizer.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace nextquill::text {

namespace {

bool isWordCharacter(char32_t codePoint)
{
    const auto c = static_cast<UChar32>(codePoint);
    constexpr std::uint32_t categories = U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK;
    return (U_GET_GC_MASK(c) & categories) != 0 || u_isUAlphabetic(c) != 0 ||
           u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL) != 0;
}

bool isSpace(char32_t codePoint)
{
    return u_isUWhiteSpace(static_cast<UChar32>(codePoint)) != 0;
}

/// Where the character before `end` begins.
std::size_t previousBegin(std::string_view text, std::size_t end)
{
    return characterBegin(text, end - 1);
}

char32_t characterAt(std::string_view text, std::size_t position)
{
    return nextCodePoint(text, position);
}

bool standsAlone(std::string_view text, const ByteRange& word)
{
    const bool wordBefore =
        word.begin > 0 && isWordCharacter(characterAt(text, previousBegin(text, word.begin)));
    const bool wordBehind = word.end < text.size() && isWordCharacter(characterAt(text, word.end));
    return !wordBefore && !wordBehind;
}

} // namespace

AddedTokens::AddedTokens(const std::vector<AddedToken>& tokens, bool normalized,
                         const Normalizer& normalizer)
{
    for (const bool ordinary : {true, false}) {
        for (const AddedToken& token : tokens) {
            if (token.normalized != normalized || token.content.empty() ||
                isOrdinary(token) != ordinary) {
                continue;
            }
            AddedToken sought = token;
            if (normalized) {
                sought.content = normalizer.applied(token.content);
            }
            if (!sought.content.empty()) {
                m_tokens.push_back(std::move(sought));
            }
        }
        m_ordinaryCount = ordinary ? m_tokens.size() : m_ordinaryCount;
    }
    std::vector<std::string_view> texts;
    texts.reserve(m_tokens.size());
    for (const AddedToken& token : m_tokens) {
        texts.push_back(token.content);
    }
    if (!texts.empty()) {
        m_all.emplace(texts);
    }
    texts.resize(m_ordinaryCount);
    if (!texts.empty()) {
        m_ordinary.emplace(texts);
    }
}

std::vector<AddedTokens::Match> AddedTokens::find(std::string_view text) const
{
    if (!m_all) {
        return {};
    }
    std::vector<TextFinder::Found> found;
    m_all->find(text, {0, text.size()}, found);
    std::reverse(found.begin(), found.end());
    return chosen(text, found);
}

std::vector<AddedTokens::Match> AddedTokens::find(std::string_view text,
                                                  std::span<const ByteRange> markup) const
{
    std::vector<TextFinder::Found> found;
    if (m_ordinary) {
        m_ordinary->find(text, {0, text.size()}, found);
    }
    if (m_all) {
        for (const ByteRange& range : markup) {
            m_all->find(text, range, found);
        }
    }
    std::sort(found.begin(), found.end(),
              [this](const TextFinder::Found& a, const TextFinder::Found& b) {
                  const std::size_t aSize = m_tokens[a.index].content.size();
                  const std::size_t bSize = m_tokens[b.index].content.size();
                  return a.begin != b.begin ? a.begin < b.begin : aSize > bSize;
              });
    return chosen(text, found);
}

/// `found` is sorted by place, of one place the longest first.
std::vector<AddedTokens::Match>
AddedTokens::chosen(std::string_view text, const std::vector<TextFinder::Found>& found) const
{
    std::vector<Match> matches;
    std::size_t seen = 0;  // bytes before belong to earlier finds
    std::size_t taken = 0; // and before here to earlier matches, with the white space they took
    for (const TextFinder::Found& at : found) {
        if (at.begin < seen) {
            continue;
        }
        const AddedToken& token = m_tokens[at.index];
        ByteRange bytes{at.begin, at.begin + token.content.size()};
        seen = bytes.end;
        if (token.singleWord && !standsAlone(text, bytes)) {
            continue;
        }
        if (token.leftStrip) {
            while (bytes.begin > taken &&
                   isSpace(characterAt(text, previousBegin(text, bytes.begin)))) {
                bytes.begin = previousBegin(text, bytes.begin);
            }
            bytes.begin = std::max(bytes.begin, taken);
        }
        if (token.rightStrip) { // what was taken before is white space up to there
            bytes.end = std::max(bytes.end, taken);
        }
        while (token.rightStrip && bytes.end < text.size() &&
               isSpace(characterAt(text, bytes.end))) {
            (void)nextCodePoint(text, bytes.end);
        }
        taken = bytes.end;
        matches.push_back({.bytes = bytes, .id = token.id});
    }
    return matches;
}

} // namespace nextquill::text
