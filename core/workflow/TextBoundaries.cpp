// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TextBoundaries.h"

#include "core/base/Error.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <memory>

namespace nextquill::workflow {

namespace {

UBreakIteratorType kindOf(Boundary boundary)
{
    switch (boundary) {
    case Boundary::Character:
        return UBRK_CHARACTER;
    case Boundary::Word:
        return UBRK_WORD;
    case Boundary::Sentence:
        return UBRK_SENTENCE;
    case Boundary::Line:
        return UBRK_LINE;
    }
    return UBRK_CHARACTER;
}

} // namespace

std::vector<bool> textBoundaries(std::string_view text, Boundary boundary)
{
    std::vector<bool> flags(text.size() + 1, false);
    flags.front() = true;
    flags.back() = true;
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UText, decltype(&utext_close)> bytes{
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status),
        &utext_close};
    const std::unique_ptr<UBreakIterator, decltype(&ubrk_close)> breaks{
        ubrk_open(kindOf(boundary), "", nullptr, 0, &status), &ubrk_close};
    ubrk_setUText(breaks.get(), bytes.get(), &status);
    if (U_FAILURE(status) != 0) {
        throw Error{ErrorKind::Internal, "ICU has no data for the parts of a text",
                    u_errorName(status), "reinstall the ICU library"};
    }
    for (auto at = ubrk_first(breaks.get()); at != UBRK_DONE; at = ubrk_next(breaks.get())) {
        flags[static_cast<std::size_t>(at)] = true;
    }
    return flags;
}

} // namespace nextquill::workflow
