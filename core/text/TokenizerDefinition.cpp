// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TokenizerDefinition.h"

#include "core/base/Utf8.h"
#include "core/text/CharacterKind.h"

#include <charconv>

namespace nextquill::text {

bool isOrdinary(const AddedToken& token)
{
    constexpr char32_t mark = 0x2581; // spaceMark
    constexpr KindSet words = kind::letter | kind::mark | kind::number | kind::space;
    if (token.special || token.leftStrip || token.rightStrip) {
        return false;
    }
    bool isWord = true;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < token.content.size(); ++characters) {
        const char32_t c = nextCodePoint(token.content, i);
        isWord = isWord && (c == mark || (unicodeKind(c) & words) != 0);
    }
    return isWord || characters == 1;
}

bool isByteLevel(const TokenizerDefinition& definition)
{
    return !definition.preTokenizers.empty() &&
           definition.preTokenizers.back().kind == PreTokenizerStep::Kind::ByteLevel;
}

std::optional<unsigned char> byteNamed(std::string_view piece)
{
    constexpr std::string_view opening = "<0x";
    constexpr std::size_t length = 6;
    if (piece.size() != length || !piece.starts_with(opening) || piece.back() != '>') {
        return std::nullopt;
    }
    unsigned char byte = 0;
    const char* end = piece.data() + length - 1;
    const auto [read, error] = std::from_chars(piece.data() + opening.size(), end, byte, 16);
    return error == std::errc{} && read == end ? std::optional{byte} : std::nullopt;
}

std::string byteName(unsigned char byte)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    return std::string{"<0x"} + digits[byte >> 4U] + digits[byte & 0xfU] + '>';
}

} // namespace nextquill::text
