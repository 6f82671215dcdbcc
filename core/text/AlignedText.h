// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Where the character that byte `position` belongs to begins, and where it ends.
[[nodiscard]] std::size_t characterBegin(std::string_view text, std::size_t position) noexcept;
[[nodiscard]] std::size_t characterEnd(std::string_view text, std::size_t position) noexcept;

/// One character of a changed text. `change` counts characters of the text before: 0 replaces one,
/// 1 has none of its own, -n replaces one and takes n more.
struct CharacterChange
{
    char32_t codePoint = 0;
    int change = 0;
};

/// Bytes that are no UTF-8 travel as characters beyond Unicode.
inline constexpr char32_t strayByte = 0x110000;

/// The character at `position`, which is moved behind it; stray bytes as `strayByte` and more.
[[nodiscard]] char32_t nextCharacter(std::string_view text, std::size_t& position) noexcept;
void appendCharacter(std::string& text, char32_t character);

/// A stretch of text on its way through the steps of a tokenizer, which knows from which character
/// of the text given each of its bytes came. While nothing was changed it only points at that.
///
/// Source   tokenizers 0.23, NormalizedString: alignments, and what is said of added characters
class AlignedText
{
public:
    /// `given` begins at byte `begin` of a longer text; it must live as long and be shorter than
    /// 4 GiB.
    AlignedText(std::string_view given, std::size_t begin);

    [[nodiscard]] std::string_view text() const { return m_isChanged ? m_text : m_given; }
    /// The bytes of the longer text that these came from: whole characters.
    [[nodiscard]] ByteRange given(const ByteRange& bytes) const noexcept;
    [[nodiscard]] AlignedText slice(const ByteRange& bytes) const;

    /// Replaces the text by `characters`.
    void change(std::span<const CharacterChange> characters);

private:
    friend class TextRewriter;

    static constexpr std::uint32_t nowhere = 0xffffffff;

    /// The byte of m_given at which the character begins that byte `position` came from.
    [[nodiscard]] std::uint32_t placeOf(std::size_t position) const noexcept;

    std::string_view m_given;
    std::size_t m_begin;
    bool m_isChanged = false;
    std::string m_text;
    std::vector<std::uint32_t> m_places; ///< by byte of m_text
};

/// Writes the next form of an AlignedText from front to back.
class TextRewriter
{
public:
    explicit TextRewriter(AlignedText& text);

    /// The same bytes as before.
    void copy(const ByteRange& bytes);
    /// Other ones, said to come from where byte `like` of the text before came from.
    void put(std::string_view bytes, std::size_t like);
    [[nodiscard]] std::size_t size() const { return m_text.size(); }
    /// Gives the text its new form.
    void finish();

private:
    AlignedText& m_from;
    std::string m_text;
    std::vector<std::uint32_t> m_places;
};

} // namespace nextquill::text
