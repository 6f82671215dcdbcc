// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/typeset/Utf16Text.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <unicode/brkiter.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>

#include <memory>

namespace nextquill::typeset {

namespace {

char32_t drawn(char32_t c)
{
    if (c == U'\t' || c == U'\r' || c == 0x2028 || c == 0x2029) {
        return U' ';
    }
    const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    const bool turnsDirection = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return control || turnsDirection || c == 0xfffe || c == 0xffff ? U'\xfffd' : c;
}

} // namespace

Utf16Text utf16Of(std::string_view paragraph, std::size_t offset)
{
    Utf16Text text;
    for (std::size_t i = 0; i < paragraph.size();) {
        const std::size_t begin = i;
        const char32_t c = drawn(nextCodePoint(paragraph, i));
        if (c > 0xffff) {
            text.units += static_cast<char16_t>(U16_LEAD(c));
            text.units += static_cast<char16_t>(U16_TRAIL(c));
            text.bytes.push_back(offset + begin);
        } else {
            text.units += static_cast<char16_t>(c);
        }
        text.bytes.push_back(offset + begin);
    }
    text.bytes.push_back(offset + paragraph.size());
    return text;
}

std::vector<bool> boundariesOf(const Utf16Text& text, Boundary boundary)
{
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale& locale = icu::Locale::getRoot();
    const std::unique_ptr<icu::BreakIterator> breaks{
        boundary == Boundary::Line ? icu::BreakIterator::createLineInstance(locale, status)
                                   : icu::BreakIterator::createCharacterInstance(locale, status)};
    if (U_FAILURE(status) != 0) {
        throw Error{ErrorKind::Internal, "ICU has no data for the breaks of a text", "ICU",
                    "reinstall the ICU library"};
    }
    const icu::UnicodeString units{false, text.units.data(),
                                   static_cast<std::int32_t>(text.units.size())};
    breaks->setText(units);
    std::vector<bool> flags(text.units.size() + 1, false);
    for (std::int32_t at = breaks->first(); at != icu::BreakIterator::DONE; at = breaks->next()) {
        flags[static_cast<std::size_t>(at)] = true;
    }
    return flags;
}

std::u32string codePoints(const Utf16Text& text, std::size_t begin, std::size_t end)
{
    std::u32string points;
    for (std::size_t i = begin; i < end;) {
        UChar32 c = 0;
        U16_NEXT(text.units.data(), i, end, c);
        points += static_cast<char32_t>(c);
    }
    return points;
}

} // namespace nextquill::typeset
