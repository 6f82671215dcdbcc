// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Markup.h"

#include "core/base/Utf8.h"

namespace nextquill::workflow {

namespace {

bool isAllowed(char32_t c)
{
    const bool control = c < 0x20 && c != U'\t' && c != U'\n' && c != U'\r';
    const bool bidi = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return !control && !bidi && !(c >= 0x7f && c < 0xa0) && c != 0xfffe && c != 0xffff;
}

} // namespace

std::string escapedForMarkup(std::string_view text)
{
    std::string escaped;
    escaped.reserve(text.size() + text.size() / 8);
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = nextCodePoint(text, i);
        switch (c) {
        case U'&':
            escaped += "&amp;";
            break;
        case U'<':
            escaped += "&lt;";
            break;
        case U'>':
            escaped += "&gt;";
            break;
        case U'"':
            escaped += "&quot;";
            break;
        case U'\'':
            escaped += "&#39;";
            break;
        default:
            appendCodePoint(escaped, isAllowed(c) ? c : U'\xfffd');
        }
    }
    return escaped;
}

} // namespace nextquill::workflow
