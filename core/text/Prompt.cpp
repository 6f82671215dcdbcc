// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Prompt.h"

namespace nextquill::text {

std::string Prompt::text() const
{
    std::string whole;
    for (const PromptSpan& span : spans) {
        whole += span.text;
    }
    return whole;
}

std::vector<ByteRange> Prompt::markup() const
{
    std::vector<ByteRange> ranges;
    std::size_t begin = 0;
    for (const PromptSpan& span : spans) {
        const std::size_t end = begin + span.text.size();
        if (span.origin == Origin::Markup && end > begin) {
            // Neighbours count as one range: a token may lie across the border of two of them.
            if (!ranges.empty() && ranges.back().end == begin) {
                ranges.back().end = end;
            } else {
                ranges.push_back({begin, end});
            }
        }
        begin = end;
    }
    return ranges;
}

std::vector<TokenId> encode(const Tokenizer& tokenizer, const Prompt& prompt)
{
    return tokenizer.encode(prompt.text(), prompt.markup()).ids;
}

} // namespace nextquill::text
