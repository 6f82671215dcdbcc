// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/Characters.h"

#include "core/base/Utf8.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace nextquill::evaluate {

Characters toCharacters(std::string_view utf8)
{
    Characters characters;
    characters.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        characters += nextCodePoint(utf8, i);
    }
    return characters;
}

std::string toUtf8(const Characters& characters)
{
    std::string text;
    text.reserve(characters.size());
    for (const char32_t c : characters) {
        appendCodePoint(text, c);
    }
    return text;
}

bool isSpace(char32_t c)
{
    // Python adds the separators U+001C to U+001F to Unicode's White_Space.
    return (c >= 0x1c && c <= 0x1f) || u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

bool isWord(char32_t c)
{
    if (c < 0x80) {
        return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') ||
               c == U'_';
    }
    const auto category = U_MASK(u_charType(static_cast<UChar32>(c)));
    return (category & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
}

bool isDigit(char32_t c)
{
    return u_isdigit(static_cast<UChar32>(c)) != 0;
}

Characters toLower(const Characters& text)
{
    if (std::ranges::all_of(text, [](char32_t c) { return c < 0x80; })) {
        Characters lower = text;
        for (char32_t& c : lower) {
            c += c >= U'A' && c <= U'Z' ? U'a' - U'A' : 0;
        }
        return lower;
    }
    icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(toUtf8(text));
    unicode.toLower(icu::Locale::getRoot());
    std::string lower;
    unicode.toUTF8String(lower);
    return toCharacters(lower);
}

std::vector<Characters> splitAtSpace(const Characters& text)
{
    std::vector<Characters> parts;
    Characters part;
    for (const char32_t c : text) {
        if (!isSpace(c)) {
            part += c;
        } else if (!part.empty()) {
            parts.push_back(std::move(part));
            part.clear();
        }
    }
    if (!part.empty()) {
        parts.push_back(std::move(part));
    }
    return parts;
}

} // namespace nextquill::evaluate
