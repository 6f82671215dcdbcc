// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TextPattern.h"

#include "core/base/Error.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringpiece.h>
#include <unicode/uregex.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include <algorithm>
#include <limits>

namespace nextquill::store {

namespace {

/// Some milliseconds for one text: ICU's unit is a step of its engine.
constexpr std::int32_t mostSteps = 200;
constexpr std::int32_t mostStack = 1 << 20;

struct CloseText
{
    void operator()(UText* text) const { utext_close(text); }
};
using OwnedText = std::unique_ptr<UText, CloseText>;

struct CloseExpression
{
    void operator()(URegularExpression* expression) const { uregex_close(expression); }
};
using OwnedExpression = std::unique_ptr<URegularExpression, CloseExpression>;

OwnedText textOf(std::string_view bytes)
{
    UErrorCode failed = U_ZERO_ERROR;
    return OwnedText{
        utext_openUTF8(nullptr, bytes.data(), static_cast<std::int64_t>(bytes.size()), &failed)};
}

OwnedExpression compiled(std::string_view expression, bool anyCase, UParseError& place,
                         UErrorCode& failed)
{
    const OwnedText pattern = textOf(expression);
    return OwnedExpression{
        uregex_openUText(pattern.get(), anyCase ? UREGEX_CASE_INSENSITIVE : 0, &place, &failed)};
}

bool isAscii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Where both letters of a pair of cases are looked for at once.
bool containsAscii(std::string_view text, std::string_view part)
{
    const auto same = [](char a, char b) { return lower(a) == b; };
    if (part.empty()) {
        return true;
    }
    const char first = part.front();
    const char other =
        first >= 'a' && first <= 'z' ? static_cast<char>(first - ('a' - 'A')) : first;
    for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
        if ((text[i] == first || text[i] == other) &&
            std::equal(part.begin() + 1, part.end(), text.begin() + static_cast<long>(i) + 1,
                       [&](char b, char a) { return same(a, b); })) {
            return true;
        }
    }
    return false;
}

} // namespace

struct TextPattern::State
{
    OwnedExpression expression;
};

std::optional<TextPattern::Fault> TextPattern::faultOf(std::string_view expression, bool anyCase)
{
    UParseError place{};
    UErrorCode failed = U_ZERO_ERROR;
    static_cast<void>(compiled(expression, anyCase, place, failed));
    if (U_SUCCESS(failed)) {
        return std::nullopt;
    }
    const auto offset = static_cast<std::size_t>(std::max(place.offset, 0));
    switch (failed) {
    case U_REGEX_MISMATCHED_PAREN:
        return Fault{offset, "brackets do not match"};
    case U_REGEX_MISSING_CLOSE_BRACKET:
        return Fault{offset, "\"[\" is not closed"};
    case U_REGEX_BAD_ESCAPE_SEQUENCE:
        return Fault{offset, "\"\\\" before what it does not go with"};
    case U_REGEX_BAD_INTERVAL:
    case U_REGEX_NUMBER_TOO_BIG:
    case U_REGEX_MAX_LT_MIN:
        return Fault{offset, "the numbers in \"{}\" do not go"};
    case U_REGEX_RULE_SYNTAX:
        return Fault{offset, "something is missing or too much here"};
    default:
        return Fault{offset, u_errorName(failed)};
    }
}

TextPattern::TextPattern(std::string_view expression, bool anyCase)
    : m_state{std::make_unique<State>()}
{
    UParseError place{};
    UErrorCode failed = U_ZERO_ERROR;
    m_state->expression = compiled(expression, anyCase, place, failed);
    if (U_FAILURE(failed)) {
        throw Error{ErrorKind::BadInput, "a regular expression cannot be read",
                    std::string{expression}, "correct it"};
    }
    uregex_setTimeLimit(m_state->expression.get(), mostSteps, &failed);
    uregex_setStackLimit(m_state->expression.get(), mostStack, &failed);
}

TextPattern::~TextPattern() = default;

bool TextPattern::matches(std::string_view text)
{
    UErrorCode failed = U_ZERO_ERROR;
    const OwnedText subject = textOf(text);
    uregex_setUText(m_state->expression.get(), subject.get(), &failed);
    const bool found = uregex_find(m_state->expression.get(), -1, &failed) != 0;
    return U_SUCCESS(failed) && found;
}

std::string caseFolded(std::string_view text)
{
    std::string folded;
    if (isAscii(text)) {
        folded.resize(text.size());
        std::ranges::transform(text, folded.begin(), lower);
        return folded;
    }
    UErrorCode failed = U_ZERO_ERROR;
    icu::StringByteSink<std::string> sink{&folded};
    icu::CaseMap::utf8Fold(
        0,
        {text.data(),
         static_cast<std::int32_t>(std::min(
             text.size(), static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())))},
        sink, nullptr, failed);
    return folded;
}

TextPart::TextPart(std::string_view part)
    : m_folded{caseFolded(part)}
    , m_ascii{isAscii(part)}
{
}

bool TextPart::isIn(std::string_view text) const
{
    // Letters outside ASCII may fold to ones inside (the Kelvin sign): then the text is folded.
    if (m_ascii && isAscii(text)) {
        return containsAscii(text, m_folded);
    }
    return caseFolded(text).find(m_folded) != std::string::npos;
}

} // namespace nextquill::store
