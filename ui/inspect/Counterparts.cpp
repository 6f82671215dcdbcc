// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/Counterparts.h"

#include <iterator>

namespace nextquill::ui {

std::vector<qsizetype> counterparts(const std::vector<causal::TokenEffect>& tokens,
                                    const std::vector<causal::TokenEffect>& others)
{
    std::vector<qsizetype> found;
    found.reserve(tokens.size());
    std::size_t at = 0; // both go through the text from begin to end
    for (const causal::TokenEffect& token : tokens) {
        if (!token.bytes) {
            const bool hasEnd = !others.empty() && !others.back().bytes;
            found.push_back(hasEnd ? std::ssize(others) - 1 : -1);
            continue;
        }
        while (at < others.size() && others[at].bytes &&
               others[at].bytes->end <= token.bytes->begin) {
            ++at;
        }
        const bool covers =
            at < others.size() && others[at].bytes && others[at].bytes->begin <= token.bytes->begin;
        found.push_back(covers ? static_cast<qsizetype>(at) : -1);
    }
    return found;
}

} // namespace nextquill::ui
