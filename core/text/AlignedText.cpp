// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/AlignedText.h"

#include "core/base/Utf8.h"

#include <algorithm>

namespace nextquill::text {

namespace {

bool isContinuation(char byte) noexcept
{
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

} // namespace

std::size_t characterBegin(std::string_view text, std::size_t position) noexcept
{
    for (int back = 0; back < 3 && position > 0 && isContinuation(text[position]); ++back) {
        --position;
    }
    return position;
}

std::size_t characterEnd(std::string_view text, std::size_t position) noexcept
{
    ++position;
    for (int ahead = 0; ahead < 3 && position < text.size() && isContinuation(text[position]);
         ++ahead) {
        ++position;
    }
    return position;
}

char32_t nextCharacter(std::string_view text, std::size_t& position) noexcept
{
    const std::size_t begin = position;
    const char32_t codePoint = nextCodePoint(text, position);
    return codePoint == 0xfffd && position - begin == 1
               ? strayByte + static_cast<unsigned char>(text[begin])
               : codePoint;
}

void appendCharacter(std::string& text, char32_t character)
{
    if (character >= strayByte) {
        text += static_cast<char>(character - strayByte);
    } else {
        appendCodePoint(text, character);
    }
}

AlignedText::AlignedText(std::string_view given, std::size_t begin)
    : m_given{given}
    , m_begin{begin}
{
}

std::uint32_t AlignedText::placeOf(std::size_t position) const noexcept
{
    return m_isChanged ? m_places[position]
                       : static_cast<std::uint32_t>(characterBegin(m_given, position));
}

ByteRange AlignedText::given(const ByteRange& bytes) const noexcept
{
    if (!m_isChanged) {
        return bytes.size() == 0 ? ByteRange{m_begin + bytes.begin, m_begin + bytes.end}
                                 : ByteRange{m_begin + characterBegin(m_given, bytes.begin),
                                             m_begin + characterEnd(m_given, bytes.end - 1)};
    }
    if (bytes.size() == 0) {
        const std::uint32_t place = bytes.begin < m_places.size() ? m_places[bytes.begin] : nowhere;
        const std::size_t at = m_begin + (place == nowhere ? 0 : place);
        return {at, at};
    }
    const std::uint32_t first = m_places[bytes.begin];
    const std::uint32_t last = m_places[bytes.end - 1];
    return {m_begin + (first == nowhere ? 0 : first),
            m_begin + (last == nowhere ? 0 : characterEnd(m_given, last))};
}

AlignedText AlignedText::slice(const ByteRange& bytes) const
{
    if (!m_isChanged) {
        return {m_given.substr(bytes.begin, bytes.size()), m_begin + bytes.begin};
    }
    AlignedText part{m_given, m_begin};
    part.m_isChanged = true;
    part.m_text = m_text.substr(bytes.begin, bytes.size());
    part.m_places.assign(m_places.begin() + static_cast<std::ptrdiff_t>(bytes.begin),
                         m_places.begin() + static_cast<std::ptrdiff_t>(bytes.end));
    return part;
}

void AlignedText::change(std::span<const CharacterChange> characters)
{
    const std::string_view before = text();
    std::string changed;
    std::vector<std::uint32_t> places;
    changed.reserve(before.size());
    places.reserve(before.size());
    std::size_t next = 0; // byte of the text before
    const auto skip = [&](std::size_t count) {
        for (; count > 0 && next < before.size(); --count) {
            (void)nextCodePoint(before, next);
        }
    };
    for (const CharacterChange& c : characters) {
        std::uint32_t place = nowhere;
        if (c.change > 0) {
            place = next > 0 ? placeOf(next - 1) : nowhere;
        } else if (!before.empty()) {
            place = placeOf(std::min(next, before.size() - 1));
            skip(1 + static_cast<std::size_t>(-c.change));
        }
        appendCharacter(changed, c.codePoint);
        places.resize(changed.size(), place);
    }
    m_text = std::move(changed);
    m_places = std::move(places);
    m_isChanged = true;
}

TextRewriter::TextRewriter(AlignedText& text)
    : m_from{text}
{
    m_text.reserve(text.text().size() + 16);
    m_places.reserve(text.text().size() + 16);
}

void TextRewriter::copy(const ByteRange& bytes)
{
    if (bytes.size() == 0) {
        return;
    }
    const std::string_view before = m_from.text();
    m_text.append(before.substr(bytes.begin, bytes.size()));
    if (m_from.m_isChanged) {
        m_places.insert(m_places.end(),
                        m_from.m_places.begin() + static_cast<std::ptrdiff_t>(bytes.begin),
                        m_from.m_places.begin() + static_cast<std::ptrdiff_t>(bytes.end));
        return;
    }
    auto place = static_cast<std::uint32_t>(characterBegin(before, bytes.begin));
    for (std::size_t i = bytes.begin; i < bytes.end; ++i) {
        // A run of more continuation bytes than a character has is as many strays.
        if (!isContinuation(before[i]) || i - place > 3) {
            place = static_cast<std::uint32_t>(i);
        }
        m_places.push_back(place);
    }
}

void TextRewriter::put(std::string_view bytes, std::size_t like)
{
    m_text.append(bytes);
    m_places.resize(m_text.size(), m_from.placeOf(like));
}

void TextRewriter::finish()
{
    m_from.m_text = std::move(m_text);
    m_from.m_places = std::move(m_places);
    m_from.m_isChanged = true;
}

} // namespace nextquill::text
