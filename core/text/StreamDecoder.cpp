// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/text/Tokenizer.h"

#include <algorithm>

namespace nextquill::text {

namespace {

/// How many bytes at the end may still become a character.
std::size_t unfinishedBytes(std::string_view bytes)
{
    for (std::size_t length = 1; length <= std::min<std::size_t>(3, bytes.size()); ++length) {
        const std::string_view end = bytes.substr(bytes.size() - length);
        // Unfinished: bytes that make one character when some continuation is put behind them.
        // Which ones may follow a lead byte varies at its ends, so the extremes are tried.
        for (const char next : {'\x80', '\xbf'}) {
            std::string completed{end};
            while (completed.size() < 4) {
                completed += next;
                if (isUtf8(completed) && codePointCount(completed) == 1) {
                    return length;
                }
            }
        }
    }
    return 0;
}

} // namespace

std::string StreamDecoder::push(TokenId id)
{
    const std::string bytes = m_tokenizer.bytesOf(id, m_isFirst);
    m_isFirst = m_isFirst && m_tokenizer.bytesOf(id).empty();
    m_pending += bytes;
    const std::size_t complete = m_pending.size() - unfinishedBytes(m_pending);
    std::string text = toUtf8(std::string_view{m_pending}.substr(0, complete));
    m_pending.erase(0, complete);
    return text;
}

std::string StreamDecoder::finish()
{
    std::string text = toUtf8(m_pending);
    m_pending.clear();
    return text;
}

} // namespace nextquill::text
