// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/OffsetTrim.h"

#include "core/base/Utf8.h"
#include "core/text/AlignedText.h"
#include "core/text/CharacterKind.h"

namespace nextquill::text {

namespace {

constexpr char32_t spelledSpace = 0x120; ///< Ġ

bool isBlank(std::string_view text, std::size_t begin)
{
    const char32_t c = nextCodePoint(text, begin);
    return c == spelledSpace || (unicodeKind(c) & kind::space) != 0;
}

std::size_t leadingBlanks(std::string_view token)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < token.size() && isBlank(token, i); ++count) {
        i = characterEnd(token, i);
    }
    return count;
}

std::size_t trailingBlanks(std::string_view token)
{
    std::size_t count = 0;
    for (std::size_t i = token.size(); i > 0; ++count) {
        i = characterBegin(token, i - 1);
        if (!isBlank(token, i)) {
            break;
        }
    }
    return count;
}

} // namespace

void OffsetTrim::apply(std::string_view text, std::size_t first, Encoding& encoding) const
{
    for (std::size_t i = first; i < encoding.ids.size(); ++i) {
        ByteRange& bytes = encoding.bytes[i];
        // An added token's own text is what it took of the text given.
        const std::string_view token = m_vocabulary.isMarkup(encoding.ids[i])
                                           ? text.substr(bytes.begin, bytes.size())
                                           : m_vocabulary.textOf(encoding.ids[i]);
        std::size_t leading = leadingBlanks(token);
        std::size_t trailing = trailingBlanks(token);
        const bool isFirst = i == first || bytes.begin == 0;
        if (isFirst && m_keepsFirstSpace && leading == 1) {
            leading = 0;
        }
        for (; leading > 0 && bytes.begin < bytes.end; --leading) {
            bytes.begin = characterEnd(text, bytes.begin);
        }
        for (; trailing > 0 && bytes.end > bytes.begin; --trailing) {
            bytes.end = characterBegin(text, bytes.end - 1);
        }
    }
}

} // namespace nextquill::text
