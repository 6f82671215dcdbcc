// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"
#include "core/text/HistorySelection.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::workflow {

/// A past review in its place by a rule.
struct RankedReview
{
    std::size_t index = 0;       ///< into ExampleData::history
    std::optional<double> score; ///< what it was ranked by: BM25, cosine; none for the newest
};

/// What is asked for, as texts are compared with it: item, description and title of the review to
/// write; never its text.
[[nodiscard]] std::string selectionQuery(const store::ExampleData& data);

/// A past review as it is compared: item, description, title and text.
[[nodiscard]] std::string selectionText(const store::ExampleData& data, std::size_t index);

/// The whole history in the order of a rule, the best first; of equal ones the newer. By diversity
/// the first `most` are ranked, and the others follow by relevance.
///
/// Threads  any; an encoder is shared, and computes one text at a time
/// Throws   what loading the rule's encoder throws (TextEncoder)
[[nodiscard]] std::vector<RankedReview>
rankHistory(const store::ExampleData& data, const text::SelectionRule& rule, std::size_t most);

} // namespace nextquill::workflow
