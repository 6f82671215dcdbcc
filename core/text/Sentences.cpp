// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Sentences.h"

#include "core/base/Error.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

namespace nextquill::text {

namespace {

struct CloseText
{
    void operator()(UText* text) const { utext_close(text); }
};
struct CloseBreaks
{
    void operator()(UBreakIterator* breaks) const { ubrk_close(breaks); }
};

Error noBoundaries()
{
    return {ErrorKind::Internal, "ICU has no data for the boundaries of sentences", "ICU",
            "reinstall the ICU library"};
}

bool isBlank(std::string_view sentence)
{
    return std::ranges::all_of(sentence,
                               [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

} // namespace

std::vector<ByteRange> sentencesOf(std::string_view text)
{
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UText, CloseText> source{
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status)};
    const std::unique_ptr<UBreakIterator, CloseBreaks> breaks{
        ubrk_open(UBRK_SENTENCE, "", nullptr, 0, &status)};
    if (U_FAILURE(status) != 0) {
        throw noBoundaries();
    }
    ubrk_setUText(breaks.get(), source.get(), &status);
    if (U_FAILURE(status) != 0) {
        throw noBoundaries();
    }
    std::vector<ByteRange> sentences;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::int32_t next = ubrk_next(breaks.get());
        const std::size_t end = next == UBRK_DONE ? text.size() : static_cast<std::size_t>(next);
        if (isBlank(text.substr(begin, end - begin)) && !sentences.empty()) {
            sentences.back().end = end;
        } else {
            sentences.push_back({.begin = begin, .end = end});
        }
        begin = end;
    }
    return sentences;
}

} // namespace nextquill::text
