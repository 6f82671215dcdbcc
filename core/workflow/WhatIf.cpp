// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/WhatIf.h"

#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/TextEdits.h"

#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

void requireWords(const std::string& text, const std::string& where)
{
    if (text.find_first_not_of(" \t\n\v\f\r") == std::string::npos) {
        throw Error{ErrorKind::BadInput, "a past text has no word", where,
                    "write some, or switch the text off"};
    }
}

} // namespace

ReviewId pastedId(std::size_t index)
{
    return ReviewId{-1 - static_cast<std::int64_t>(index)};
}

bool isPasted(ReviewId review)
{
    return number(review) < 0;
}

store::ExampleData edited(const store::ExampleData& data, const HistoryEdits& edits)
{
    store::ExampleData result = data;
    if (edits.isEmpty()) {
        return result;
    }
    result.history.clear();
    result.historyItems.clear();
    const std::int64_t newest = data.history.empty() ? data.target.time : data.history[0].time;
    for (std::size_t i = 0; i < edits.pasted.size(); ++i) {
        const PastedText& pasted = edits.pasted[i];
        requireWords(pasted.text, "the pasted text " + std::to_string(i + 1));
        result.history.push_back({.id = pastedId(i),
                                  .user = data.target.user,
                                  .rating = pasted.rating,
                                  .title = pasted.title,
                                  .text = pasted.text,
                                  .time = newest});
        result.historyItems.push_back({.title = pasted.item});
    }
    for (std::size_t i = 0; i < data.history.size(); ++i) {
        const store::Review& review = data.history[i];
        const bool isAmong = edits.among.empty() || edits.among.contains(review.id);
        if (!isAmong || edits.off.contains(review.id)) {
            continue;
        }
        result.history.push_back(review);
        result.historyItems.push_back(data.historyItems[i]);
        if (const auto words = edits.texts.find(review.id); words != edits.texts.end()) {
            requireWords(words->second, fmt::format("review {}", number(review.id)));
            result.history.back().text = words->second;
        }
    }
    if (result.history.empty()) {
        throw Error{ErrorKind::BadInput, "no past text is left", data.userName,
                    "switch one on, or paste one"};
    }
    return result;
}

std::int64_t saveEdits(store::Project& project, const HistoryEdits& edits)
{
    store::Histories histories{project};
    std::int64_t changed = 0;
    store::TextEdits words{project};
    for (const auto& [id, text] : edits.texts) {
        if (const auto review = histories.findReview(id)) { // erased meanwhile: nothing to change
            words.change(*review, review->title, text);
        }
    }
    changed += words.changed();
    words.commit(fmt::format("What if: other words for {} text(s)", words.changed()));
    const std::vector<ReviewId> off{edits.off.begin(), edits.off.end()};
    if (!off.empty()) {
        histories.setExcluded(off, true, fmt::format("What if: {} text(s) left out", off.size()));
        changed += std::ssize(off);
    }
    return changed;
}

} // namespace nextquill::workflow
