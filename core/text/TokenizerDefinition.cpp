// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TokenizerDefinition.h"

#include "core/base/Utf8.h"
#include "core/text/CharacterKind.h"

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

} // namespace nextquill::text
