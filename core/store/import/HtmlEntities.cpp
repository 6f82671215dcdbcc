// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/HtmlEntities.h"

#include <algorithm>
#include <cstddef>

namespace nextquill::store {

namespace {

struct Entity
{
    std::string_view code;
    std::string_view sign;
};

constexpr Entity entities[] = {
    {"&quot;", "\""}, {"&amp;", "&"}, {"&lt;", "<"},   {"&gt;", ">"},   {"&#34;", "\""},
    {"&#034;", "\""}, {"&#39;", "'"}, {"&#039;", "'"}, {"&apos;", "'"}, {"&nbsp;", " "},
};

} // namespace

std::string withoutHtmlEntities(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const std::size_t amp = std::min(text.find('&'), text.size());
        plain.append(text.substr(0, amp));
        text.remove_prefix(amp);
        const auto* const found = std::ranges::find_if(
            entities, [&](const Entity& entity) { return text.starts_with(entity.code); });
        if (found != std::ranges::end(entities)) {
            plain.append(found->sign);
            text.remove_prefix(found->code.size());
        } else if (!text.empty()) {
            plain += '&';
            text.remove_prefix(1);
        }
    }
    return plain;
}

} // namespace nextquill::store
