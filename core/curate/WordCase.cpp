// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/WordCase.h"

#include "core/base/Utf8.h"

#include <unicode/uchar.h>

namespace nextquill::curate {

std::string lowerCase(std::string_view word)
{
    std::string lower;
    for (std::size_t at = 0; at < word.size();) {
        const char32_t c = nextCodePoint(word, at);
        appendCodePoint(
            lower, c == U'’' ? U'\'' : static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
    }
    return lower;
}

} // namespace nextquill::curate
