// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/CharacterKind.h"

#include "core/base/Utf8.h"

#include <unicode/uchar.h>

#include <memory>

namespace nextquill::text {

KindSet unicodeKind(char32_t character)
{
    const auto c = static_cast<UChar32>(character);
    const std::uint32_t category = U_GET_GC_MASK(c);
    const auto is = [category](std::uint32_t mask) { return (category & mask) != 0; };
    if (u_isUWhiteSpace(c) != 0) {
        const bool endsLine = character == U'\r' || character == U'\n';
        return endsLine ? kind::space | kind::lineEnd : kind::space;
    }
    if (is(U_GC_L_MASK)) {
        return is(U_GC_LU_MASK | U_GC_LT_MASK) ? kind::upper
               : is(U_GC_LL_MASK)              ? kind::lower
                                               : kind::caseless;
    }
    return is(U_GC_N_MASK)   ? kind::number
           : is(U_GC_M_MASK) ? kind::mark
           : is(U_GC_P_MASK) ? kind::punctuation
           : is(U_GC_S_MASK) ? kind::symbol
                             : kind::other;
}

const std::array<KindSet, 0x10000>& kindTable()
{
    static const auto table = [] {
        auto made = std::make_unique<std::array<KindSet, 0x10000>>();
        for (char32_t c = 0; c < made->size(); ++c) {
            made->at(c) = unicodeKind(c);
        }
        return made;
    }();
    return *table;
}

std::optional<KindSet> kindNamed(std::string_view property)
{
    struct Named
    {
        std::string_view name;
        KindSet kinds;
    };
    static constexpr std::array<Named, 7> known{{{"L", kind::letter},
                                                 {"Ll", kind::lower},
                                                 {"M", kind::mark},
                                                 {"N", kind::number},
                                                 {"P", kind::punctuation},
                                                 {"S", kind::symbol},
                                                 {"s", kind::space}}};
    for (const Named& entry : known) {
        if (entry.name == property) {
            return entry.kinds;
        }
    }
    return std::nullopt;
}

KindReader::Character KindReader::longer(std::size_t position) const
{
    const std::size_t begin = position;
    const char32_t codePoint = nextCodePoint(m_text, position);
    if (codePoint >= m_kinds.size()) {
        return {codePoint, unicodeKind(codePoint), position};
    }
    const bool isStray = codePoint == 0xfffd && position - begin == 1;
    return {codePoint, isStray ? kind::symbol : m_kinds[codePoint], position};
}

} // namespace nextquill::text
