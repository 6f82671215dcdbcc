// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Charsmap.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/AlignedText.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

// The bytes: the double array's size in bytes (little endian, 32 bits), its units of 32 bits, the
// texts. A unit has its label in bits 0 to 7 and 31, bit 8 says that a value hangs below, the rest
// is where its children are: bits 10 and up, shifted by 8 more where bit 9 is set.

namespace nextquill::text {

namespace {

constexpr std::size_t unitBytes = 4;
/// Longer graphemes are looked up character by character.
constexpr std::size_t longestGrapheme = 5;

Error damaged(const std::string& problem)
{
    return {ErrorKind::BadInput, problem, "precompiled charsmap of the normalizer",
            "download the model's tokenizer again"};
}

std::uint32_t littleEndian(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (std::size_t i = unitBytes; i-- > 0;) {
        value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
    }
    return value;
}

std::uint32_t labelOf(std::uint32_t unit)
{
    return unit & 0x800000ffU;
}

std::uint32_t offsetOf(std::uint32_t unit)
{
    return (unit >> 10U) << ((unit & (1U << 9U)) >> 6U);
}

bool hasValue(std::uint32_t unit)
{
    return ((unit >> 8U) & 1U) != 0;
}

/// Where the graphemes of a text end.
std::vector<std::size_t> graphemeEnds(std::string_view text)
{
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> iterator{
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status)};
    UText opened = UTEXT_INITIALIZER;
    if (U_SUCCESS(status) != 0) {
        utext_openUTF8(&opened, text.data(), static_cast<std::int64_t>(text.size()), &status);
        iterator->setText(&opened, status);
    }
    if (U_FAILURE(status) != 0) {
        throw Error{ErrorKind::Internal, "ICU has no data for graphemes", "ICU",
                    "reinstall the ICU library"};
    }
    std::vector<std::size_t> ends;
    iterator->first();
    for (std::int32_t end = iterator->next(); end != icu::BreakIterator::DONE;
         end = iterator->next()) {
        ends.push_back(static_cast<std::size_t>(end));
    }
    utext_close(&opened);
    return ends;
}

/// Characters of one stretch that another text replaces, as the reference library counts them: what
/// is too many has no place of its own, what is missing goes with the last.
void appendChanges(std::vector<CharacterChange>& changes, std::size_t oldCount,
                   std::string_view text)
{
    const std::size_t first = changes.size();
    for (std::size_t i = 0; i < text.size();) {
        changes.push_back({nextCharacter(text, i), 0});
    }
    const std::size_t newCount = changes.size() - first;
    if (newCount > oldCount) {
        for (std::size_t i = first + oldCount; i < changes.size(); ++i) {
            changes[i].change = 1;
        }
    } else if (newCount < oldCount && !changes.empty()) {
        changes.back().change -= static_cast<int>(oldCount - newCount);
    }
}

std::size_t countCharacters(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        (void)nextCodePoint(text, i);
    }
    return count;
}

} // namespace

Charsmap::Charsmap(std::string_view bytes)
{
    if (bytes.size() < unitBytes) {
        throw damaged("it is shorter than its head");
    }
    const std::size_t size = littleEndian(bytes);
    if (size > bytes.size() - unitBytes || size % unitBytes != 0 || size == 0) {
        throw damaged("its head says " + std::to_string(size) + " bytes, it has " +
                      std::to_string(bytes.size() - unitBytes));
    }
    for (std::size_t i = 0; i < size; i += unitBytes) {
        m_units.push_back(littleEndian(bytes.substr(unitBytes + i, unitBytes)));
    }
    m_texts = bytes.substr(unitBytes + size);
    if (!isUtf8(m_texts)) {
        throw damaged("its texts are no UTF-8");
    }
}

std::optional<std::string_view> Charsmap::replacement(std::string_view part) const
{
    std::size_t at = offsetOf(m_units.front());
    for (const char c : part) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0) {
            return std::nullopt;
        }
        at ^= byte;
        if (at >= m_units.size() || labelOf(m_units[at]) != byte) {
            return std::nullopt;
        }
        const std::uint32_t unit = m_units[at];
        at ^= offsetOf(unit);
        if (!hasValue(unit)) {
            continue;
        }
        const std::size_t begin = at < m_units.size() ? m_units[at] & 0x7fffffffU : m_texts.size();
        if (begin > m_texts.size()) {
            return std::nullopt;
        }
        const std::string_view rest = std::string_view{m_texts}.substr(begin);
        return rest.substr(0, rest.find('\0'));
    }
    return std::nullopt;
}

void Charsmap::apply(AlignedText& text) const
{
    const std::string_view before = text.text();
    std::vector<CharacterChange> changes;
    changes.reserve(before.size());
    bool isSame = true;
    const auto change = [&](std::string_view part, std::string_view by) {
        isSame = false;
        appendChanges(changes, countCharacters(part), by);
    };
    std::size_t begin = 0;
    for (const std::size_t end : graphemeEnds(before)) {
        const std::string_view grapheme = before.substr(begin, end - begin);
        begin = end;
        if (grapheme.size() <= longestGrapheme) {
            if (const auto by = replacement(grapheme)) {
                change(grapheme, *by);
                continue;
            }
        }
        for (std::size_t i = 0; i < grapheme.size();) {
            const std::size_t start = i;
            const char32_t character = nextCharacter(grapheme, i);
            const std::string_view part = grapheme.substr(start, i - start);
            if (const auto by = replacement(part)) {
                change(part, *by);
            } else {
                changes.push_back({character, 0});
            }
        }
    }
    if (!isSame) {
        text.change(changes);
    }
}

} // namespace nextquill::text
