// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"

#include <array>
#include <cstdio>

namespace nextquill {

namespace {

constexpr char32_t replacement = 0xfffd;

struct Sequence
{
    char32_t codePoint = replacement;
    std::size_t length = 1; ///< bytes; of the maximal ill-formed subpart when not valid
    bool valid = false;
};

struct Lead
{
    std::size_t length = 0; ///< 0: cannot start a sequence
    unsigned char secondLow = 0x80;
    unsigned char secondHigh = 0xbf;
};

// Table 3-7 of the Unicode Standard: which second bytes may follow.
Lead leadOf(unsigned char byte) noexcept
{
    if (byte >= 0xc2 && byte <= 0xdf) {
        return {.length = 2};
    }
    if (byte >= 0xe0 && byte <= 0xef) {
        const unsigned char low = byte == 0xe0 ? 0xa0 : 0x80;
        const unsigned char high = byte == 0xed ? 0x9f : 0xbf;
        return {.length = 3, .secondLow = low, .secondHigh = high};
    }
    if (byte >= 0xf0 && byte <= 0xf4) {
        const unsigned char low = byte == 0xf0 ? 0x90 : 0x80;
        const unsigned char high = byte == 0xf4 ? 0x8f : 0xbf;
        return {.length = 4, .secondLow = low, .secondHigh = high};
    }
    return {};
}

Sequence sequenceAt(std::string_view text, std::size_t position) noexcept
{
    const auto byteAt = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byteAt(position);
    if (first < 0x80) {
        return {.codePoint = first, .length = 1, .valid = true};
    }
    const Lead lead = leadOf(first);
    if (lead.length == 0) {
        return {};
    }
    char32_t codePoint = first & (0x7fU >> lead.length);
    for (std::size_t i = 1; i < lead.length; ++i) {
        const unsigned char low = i == 1 ? lead.secondLow : 0x80;
        const unsigned char high = i == 1 ? lead.secondHigh : 0xbf;
        if (position + i >= text.size() || byteAt(position + i) < low ||
            byteAt(position + i) > high) {
            return {.length = i};
        }
        codePoint = (codePoint << 6U) | (byteAt(position + i) & 0x3fU);
    }
    return {.codePoint = codePoint, .length = lead.length, .valid = true};
}

bool isInvisible(char32_t c) noexcept
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

bool isSpace(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

} // namespace

bool isUtf8(std::string_view bytes) noexcept
{
    for (std::size_t i = 0; i < bytes.size();) {
        const Sequence sequence = sequenceAt(bytes, i);
        if (!sequence.valid) {
            return false;
        }
        i += sequence.length;
    }
    return true;
}

std::string toUtf8(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    for (std::size_t i = 0; i < bytes.size();) {
        const Sequence sequence = sequenceAt(bytes, i);
        if (sequence.valid) {
            text.append(bytes.substr(i, sequence.length));
        } else {
            appendCodePoint(text, replacement);
        }
        i += sequence.length;
    }
    return text;
}

char32_t nextCodePoint(std::string_view text, std::size_t& position) noexcept
{
    const Sequence sequence = sequenceAt(text, position);
    position += sequence.valid ? sequence.length : 1;
    return sequence.codePoint;
}

void appendCodePoint(std::string& text, char32_t codePoint)
{
    const auto tail = [codePoint](unsigned shift) {
        return static_cast<char>(0x80U | ((codePoint >> shift) & 0x3fU));
    };
    if (codePoint < 0x80) {
        text += static_cast<char>(codePoint);
    } else if (codePoint < 0x800) {
        text += static_cast<char>(0xc0U | (codePoint >> 6U));
        text += tail(0);
    } else if (codePoint < 0x10000) {
        text += static_cast<char>(0xe0U | (codePoint >> 12U));
        text += tail(6);
        text += tail(0);
    } else {
        text += static_cast<char>(0xf0U | (codePoint >> 18U));
        text += tail(12);
        text += tail(6);
        text += tail(0);
    }
}

std::size_t codePointCount(std::string_view text) noexcept
{
    std::size_t count = 0;
    for (const char c : text) {
        count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1U : 0U;
    }
    return count;
}

std::string_view cutAtWord(std::string_view text, std::size_t bytes) noexcept
{
    if (text.size() <= bytes) {
        return text;
    }
    std::size_t end = bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
        --end;
    }
    std::size_t word = end;
    while (word > 0 && !isSpace(text[word])) {
        --word;
    }
    while (word > 0 && isSpace(text[word - 1])) {
        --word;
    }
    return text.substr(0, word > 0 ? word : end);
}

std::string escapedForDisplay(std::string_view text, std::size_t limit)
{
    std::string shown;
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        if (count == limit) {
            return shown + "…";
        }
        const char32_t codePoint = nextCodePoint(text, i);
        if (isInvisible(codePoint)) {
            std::array<char, 16> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\u{%x}",
                          static_cast<unsigned>(codePoint));
            shown += escaped.data();
        } else {
            appendCodePoint(shown, codePoint);
        }
    }
    return shown;
}

std::string collapseWhitespace(std::string_view text)
{
    std::string collapsed;
    bool pending = false;
    for (const char c : text) {
        if (isSpace(c)) {
            pending = !collapsed.empty();
        } else {
            if (pending) {
                collapsed += ' ';
            }
            pending = false;
            collapsed += c;
        }
    }
    return collapsed;
}

} // namespace nextquill
