// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Normalizer.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace nextquill::text {

namespace {

/// Bytes that are no UTF-8 travel as characters beyond Unicode.
constexpr char32_t strayByte = 0x110000;
/// Characters below U+0300 are always composed; their UTF-8 begins below this byte.
constexpr unsigned char firstToLookAt = 0xcc;

const icu::Normalizer2& composition()
{
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status) != 0 || found == nullptr) {
        throw Error{ErrorKind::Internal, "ICU has no data for canonical composition", "ICU",
                    "reinstall the ICU library"};
    }
    return *found;
}

/// A character of the decomposed or recomposed text. `change` counts characters of the source as
/// the reference library does: 1 for one that has none of its own, -n for one that took n more.
struct Character
{
    char32_t codePoint = 0;
    int change = 0;
    std::uint8_t combiningClass = 0;
};

/// Characters of the source with their places in it.
struct SourceText
{
    std::vector<char32_t> characters;
    std::vector<ByteRange> places;
};

SourceText charactersOf(std::string_view text)
{
    SourceText source;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        char32_t codePoint = nextCodePoint(text, i);
        if (codePoint == 0xfffd && i - begin == 1) {
            codePoint = strayByte + static_cast<unsigned char>(text[begin]);
        }
        source.characters.push_back(codePoint);
        source.places.push_back({begin, i});
    }
    return source;
}

std::vector<Character> decomposed(const icu::Normalizer2& nfc, const SourceText& source)
{
    std::vector<Character> characters;
    characters.reserve(source.characters.size());
    std::size_t firstMark = 0; // of the run of combining marks at the end
    const auto append = [&](char32_t codePoint, int change) {
        const std::uint8_t combiningClass =
            codePoint < strayByte ? nfc.getCombiningClass(static_cast<UChar32>(codePoint))
                                  : std::uint8_t{0};
        if (combiningClass == 0) {
            std::stable_sort(characters.begin() + static_cast<std::ptrdiff_t>(firstMark),
                             characters.end(), [](const Character& a, const Character& b) {
                                 return a.combiningClass < b.combiningClass;
                             });
            firstMark = characters.size() + 1;
        }
        characters.push_back({codePoint, change, combiningClass});
    };
    for (const char32_t codePoint : source.characters) {
        icu::UnicodeString parts;
        if (codePoint < strayByte && nfc.getDecomposition(static_cast<UChar32>(codePoint), parts)) {
            for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
                append(static_cast<char32_t>(parts.char32At(i)), i > 0 ? 1 : 0);
            }
        } else {
            append(codePoint, 0);
        }
    }
    append(strayByte, 0); // sorts the last marks
    characters.pop_back();
    return characters;
}

std::optional<char32_t> pairComposed(const icu::Normalizer2& nfc, char32_t a, char32_t b)
{
    if (a >= strayByte || b >= strayByte) {
        return std::nullopt;
    }
    const UChar32 pair = nfc.composePair(static_cast<UChar32>(a), static_cast<UChar32>(b));
    return pair < 0 ? std::nullopt : std::optional{static_cast<char32_t>(pair)};
}

/// The composition algorithm of Annex 15: each mark joins the last starter unless a mark of its
/// own or a higher class stands between.
std::vector<Character> recomposed(const icu::Normalizer2& nfc,
                                  const std::vector<Character>& characters)
{
    std::vector<Character> result;
    result.reserve(characters.size());
    std::optional<std::size_t> starter;
    for (const Character& c : characters) {
        const bool adjacent = starter && *starter + 1 == result.size();
        const bool blocked =
            !adjacent && starter && result.back().combiningClass >= c.combiningClass;
        if (starter && !blocked) {
            Character& base = result[*starter];
            if (const auto pair = pairComposed(nfc, base.codePoint, c.codePoint)) {
                base.codePoint = *pair;
                base.change += c.change - 1;
                continue;
            }
        }
        if (c.combiningClass == 0) {
            starter = result.size();
        }
        result.push_back(c);
    }
    return result;
}

void appendCharacter(std::string& text, char32_t codePoint)
{
    if (codePoint >= strayByte) {
        text += static_cast<char>(codePoint - strayByte);
    } else {
        appendCodePoint(text, codePoint);
    }
}

} // namespace

bool isNormalized(NormalizerKind normalizer, std::string_view text)
{
    if (normalizer == NormalizerKind::None) {
        return true;
    }
    const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= firstToLookAt;
    });
    if (plain) {
        return true;
    }
    UErrorCode status = U_ZERO_ERROR;
    const bool normal = composition().isNormalizedUTF8(
                            {text.data(), static_cast<std::int32_t>(text.size())}, status) != 0;
    return normal && U_SUCCESS(status) != 0;
}

NormalizedText composed(std::string_view text)
{
    const icu::Normalizer2& nfc = composition();
    const SourceText source = charactersOf(text);
    NormalizedText result;
    result.text.reserve(text.size());
    result.source.reserve(text.size());
    std::size_t next = 0; // character of the source
    for (const Character& c : recomposed(nfc, decomposed(nfc, source))) {
        ByteRange place{0, 0};
        if (c.change > 0) {
            place = next > 0 ? source.places[next - 1] : place;
        } else {
            place = source.places[std::min(next, source.places.size() - 1)];
            next = std::min(next + 1 + static_cast<std::size_t>(-c.change), source.places.size());
        }
        appendCharacter(result.text, c.codePoint);
        result.source.resize(result.text.size(), place);
    }
    return result;
}

} // namespace nextquill::text
