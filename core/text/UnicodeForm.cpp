// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/UnicodeForm.h"

#include "core/base/Error.h"
#include "core/text/AlignedText.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace nextquill::text {

namespace {

/// Of the reference library's tables.
constexpr std::uint8_t unicodeVersion = 9;
/// Characters below U+0300 are always composed, those below U+0080 have no other form at all; their
/// UTF-8 begins below these bytes.
constexpr unsigned char firstNotComposed = 0xcc;
constexpr unsigned char firstNotPlain = 0x80;

bool isComposing(UnicodeForm form)
{
    return form == UnicodeForm::Nfc || form == UnicodeForm::Nfkc;
}

bool isCompatible(UnicodeForm form)
{
    return form == UnicodeForm::Nfkc || form == UnicodeForm::Nfkd;
}

const icu::Normalizer2& normalizerOf(UnicodeForm form)
{
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = nullptr;
    switch (form) {
    case UnicodeForm::Nfc:
        found = icu::Normalizer2::getNFCInstance(status);
        break;
    case UnicodeForm::Nfd:
        found = icu::Normalizer2::getNFDInstance(status);
        break;
    case UnicodeForm::Nfkc:
        found = icu::Normalizer2::getNFKCInstance(status);
        break;
    case UnicodeForm::Nfkd:
        found = icu::Normalizer2::getNFKDInstance(status);
        break;
    }
    if (U_FAILURE(status) != 0 || found == nullptr) {
        throw Error{ErrorKind::Internal, "ICU has no data for normal forms", "ICU",
                    "reinstall the ICU library"};
    }
    return *found;
}

bool isOld(char32_t character)
{
    if (character >= strayByte) {
        return false;
    }
    UVersionInfo age{};
    u_charAge(static_cast<UChar32>(character), age);
    return age[0] > 0 && age[0] <= unicodeVersion;
}

struct Ordered
{
    CharacterChange character;
    std::uint8_t combiningClass = 0;
};

/// Decomposes characters one by one and sorts runs of combining marks by their class.
class Decomposition
{
public:
    explicit Decomposition(const icu::Normalizer2& normalizer, std::size_t expected)
        : m_normalizer{normalizer}
    {
        m_characters.reserve(expected);
    }

    void add(char32_t character)
    {
        icu::UnicodeString parts;
        const bool isOldOne = isOld(character);
        if (isOldOne && m_normalizer.getDecomposition(static_cast<UChar32>(character), parts)) {
            for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
                append(static_cast<char32_t>(parts.char32At(i)), i > 0 ? 1 : 0, true);
            }
        } else {
            append(character, 0, isOldOne);
        }
    }

    [[nodiscard]] std::vector<Ordered> take()
    {
        sortMarks();
        return std::move(m_characters);
    }

private:
    void append(char32_t character, int change, bool isOldOne)
    {
        const std::uint8_t combiningClass =
            isOldOne ? m_normalizer.getCombiningClass(static_cast<UChar32>(character))
                     : std::uint8_t{0};
        if (combiningClass == 0) {
            sortMarks();
            m_firstMark = m_characters.size() + 1;
        }
        m_characters.push_back({{character, change}, combiningClass});
    }

    void sortMarks()
    {
        if (m_firstMark < m_characters.size()) {
            std::stable_sort(m_characters.begin() + static_cast<std::ptrdiff_t>(m_firstMark),
                             m_characters.end(), [](const Ordered& a, const Ordered& b) {
                                 return a.combiningClass < b.combiningClass;
                             });
        }
    }

    const icu::Normalizer2& m_normalizer;
    std::vector<Ordered> m_characters;
    std::size_t m_firstMark = 0; ///< of the run of combining marks at the end
};

std::optional<char32_t> pairComposed(const icu::Normalizer2& nfc, char32_t a, char32_t b)
{
    if (a >= strayByte || b >= strayByte) {
        return std::nullopt;
    }
    const UChar32 pair = nfc.composePair(static_cast<UChar32>(a), static_cast<UChar32>(b));
    return pair < 0 || !isOld(static_cast<char32_t>(pair))
               ? std::nullopt
               : std::optional{static_cast<char32_t>(pair)};
}

/// The composition algorithm of Annex 15: each mark joins the last starter unless a mark of its
/// own or a higher class stands between.
std::vector<Ordered> recomposed(const std::vector<Ordered>& characters)
{
    const icu::Normalizer2& nfc = normalizerOf(UnicodeForm::Nfc);
    std::vector<Ordered> result;
    result.reserve(characters.size());
    std::optional<std::size_t> starter;
    for (const Ordered& c : characters) {
        const bool adjacent = starter && *starter + 1 == result.size();
        const bool blocked =
            !adjacent && starter && result.back().combiningClass >= c.combiningClass;
        if (starter && !blocked) {
            CharacterChange& base = result[*starter].character;
            if (const auto pair = pairComposed(nfc, base.codePoint, c.character.codePoint)) {
                base.codePoint = *pair;
                base.change += c.character.change - 1;
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

} // namespace

bool isInForm(UnicodeForm form, std::string_view text)
{
    const unsigned char limit = form == UnicodeForm::Nfc ? firstNotComposed : firstNotPlain;
    const bool plain = std::none_of(text.begin(), text.end(), [limit](char c) {
        return static_cast<unsigned char>(c) >= limit;
    });
    if (plain) {
        return true;
    }
    UErrorCode status = U_ZERO_ERROR;
    const bool normal = normalizerOf(form).isNormalizedUTF8(
                            {text.data(), static_cast<std::int32_t>(text.size())}, status) != 0;
    return normal && U_SUCCESS(status) != 0;
}

void bringIntoForm(UnicodeForm form, AlignedText& text)
{
    if (isInForm(form, text.text())) {
        return;
    }
    const std::string_view before = text.text();
    Decomposition decomposition{
        normalizerOf(isCompatible(form) ? UnicodeForm::Nfkd : UnicodeForm::Nfd), before.size()};
    for (std::size_t i = 0; i < before.size();) {
        decomposition.add(nextCharacter(before, i));
    }
    std::vector<Ordered> characters = decomposition.take();
    if (isComposing(form)) {
        characters = recomposed(characters);
    }
    std::vector<CharacterChange> changes;
    changes.reserve(characters.size());
    std::transform(characters.begin(), characters.end(), std::back_inserter(changes),
                   [](const Ordered& c) { return c.character; });
    text.change(changes);
}

} // namespace nextquill::text
