// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/FoldedText.h"

#include "core/base/Utf8.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace nextquill::curate {

namespace {

bool isWordCharacter(char32_t c)
{
    if (c < 0x80) {
        return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9');
    }
    constexpr std::uint32_t wordKinds = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
    return (U_MASK(u_charType(static_cast<UChar32>(c))) & wordKinds) != 0;
}

/// Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Chinese and Japanese.
bool isWordOfItsOwn(char32_t c)
{
    return (c >= 0xE00 && c < 0xF00) || (c >= 0x1000 && c < 0x10A0) ||
           (c >= 0x1780 && c < 0x1800) || (c >= 0x2E80 && c < 0xA000) ||
           (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x40000);
}

char32_t lower(char32_t c)
{
    if (c < 0x80) {
        return c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c;
    }
    return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
}

} // namespace

FoldedText::FoldedText(std::string_view text)
{
    m_text.reserve(text.size());
    bool inside = false;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = nextCodePoint(text, i);
        if (!isWordCharacter(c)) {
            // "don't" is one word
            const bool apostrophe = c == U'\'' || c == U'\u2019';
            inside = inside && apostrophe;
            continue;
        }
        const bool alone = isWordOfItsOwn(c);
        add(lower(c), !inside || alone);
        inside = !alone;
    }
    if (m_words.empty()) {
        m_text = collapseWhitespace(text);
        if (!m_text.empty()) {
            m_words.push_back({.begin = 0, .end = m_text.size()});
        }
    }
}

void FoldedText::add(char32_t character, bool startsWord)
{
    if (startsWord) {
        if (!m_words.empty()) {
            m_text += ' ';
        }
        m_words.push_back({.begin = m_text.size(), .end = m_text.size()});
    }
    appendCodePoint(m_text, character);
    m_words.back().end = m_text.size();
}

std::vector<std::uint64_t> FoldedText::shingles(std::size_t words) const
{
    std::vector<std::uint64_t> hashes;
    if (m_words.size() <= words) {
        hashes.push_back(textHash(m_text));
        return hashes;
    }
    hashes.reserve(m_words.size() - words + 1);
    for (std::size_t first = 0; first + words <= m_words.size(); ++first) {
        hashes.push_back(textHash(this->words(first, words)));
    }
    std::ranges::sort(hashes);
    const auto again = std::ranges::unique(hashes);
    hashes.erase(again.begin(), again.end());
    return hashes;
}

std::uint64_t mixed(std::uint64_t first, std::uint64_t second) noexcept
{
    std::uint64_t mix = first ^ (second + 0x9E37'79B9'7F4A'7C15U + (first << 6U) + (first >> 2U));
    mix = (mix ^ (mix >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
    mix = (mix ^ (mix >> 27U)) * 0x94D0'49BB'1331'11EBU;
    return mix ^ (mix >> 31U);
}

std::uint64_t textHash(std::string_view text) noexcept
{
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325U; // FNV-1a
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3U;
    }
    return mixed(hash, text.size());
}

double jaccard(const std::vector<std::uint64_t>& first,
               const std::vector<std::uint64_t>& second) noexcept
{
    std::size_t both = 0;
    for (std::size_t i = 0, j = 0; i < first.size() && j < second.size();) {
        both += first[i] == second[j] ? 1 : 0;
        const bool stepFirst = first[i] <= second[j];
        const bool stepSecond = second[j] <= first[i];
        i += stepFirst ? 1 : 0;
        j += stepSecond ? 1 : 0;
    }
    const std::size_t either = first.size() + second.size() - both;
    return either == 0 ? 1.0 : static_cast<double>(both) / static_cast<double>(either);
}

} // namespace nextquill::curate
