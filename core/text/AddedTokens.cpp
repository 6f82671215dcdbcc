// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/AddedTokens.h"

#include "core/base/Utf8.h"
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
    std::size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 &&
           (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U) {
        --begin;
    }
    return begin;
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
                         NormalizerKind normalizer)
{
    for (const AddedToken& token : tokens) {
        if (token.normalized == normalized && !token.content.empty()) {
            m_tokens.push_back(token);
            if (normalized && !isNormalized(normalizer, token.content)) {
                m_tokens.back().content = composed(token.content).text;
            }
        }
    }
    for (const AddedToken& token : m_tokens) {
        m_byContent[token.content] = &token;
        auto& lengths = m_lengths.at(static_cast<unsigned char>(token.content.front()));
        lengths.push_back(token.content.size());
    }
    for (auto& lengths : m_lengths) {
        std::sort(lengths.begin(), lengths.end(), std::greater<>{});
        lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    }
}

const AddedToken* AddedTokens::longestAt(std::string_view text, std::size_t begin,
                                         const Allowed& allowed) const
{
    for (const std::size_t length : m_lengths.at(static_cast<unsigned char>(text[begin]))) {
        if (length > text.size() - begin) {
            continue;
        }
        const auto found = m_byContent.find(text.substr(begin, length));
        if (found != m_byContent.end() && allowed({begin, begin + length})) {
            return found->second;
        }
    }
    return nullptr;
}

std::vector<AddedTokens::Match> AddedTokens::find(std::string_view text,
                                                  const Allowed& allowed) const
{
    std::vector<Match> matches;
    if (isEmpty()) {
        return matches;
    }
    std::size_t taken = 0; // bytes before belong to earlier matches
    for (std::size_t i = 0; i < text.size();) {
        const AddedToken* token = longestAt(text, i, allowed);
        if (token == nullptr) {
            ++i;
            continue;
        }
        ByteRange bytes{i, i + token->content.size()};
        i = bytes.end;
        if (token->singleWord && !standsAlone(text, bytes)) {
            continue;
        }
        while (token->leftStrip && bytes.begin > taken &&
               isSpace(characterAt(text, previousBegin(text, bytes.begin)))) {
            bytes.begin = previousBegin(text, bytes.begin);
        }
        while (token->rightStrip && bytes.end < text.size() &&
               isSpace(characterAt(text, bytes.end))) {
            (void)nextCodePoint(text, bytes.end);
        }
        bytes.begin = std::max(bytes.begin, taken);
        taken = bytes.end;
        i = std::max(i, taken);
        matches.push_back({.bytes = bytes, .id = token->id});
    }
    return matches;
}

} // namespace nextquill::text
