// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/Histories.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

/// A past text that nobody wrote in this project: another person's, or made up.
struct PastedText
{
    std::string item; ///< what it is said to be about
    std::string title;
    std::string text;
    double rating = 0;
};

/// What if this user's history were another one? Changes that are tried on an example and leave the
/// project as it is.
struct HistoryEdits
{
    std::set<ReviewId> off;                ///< past texts that are left out
    std::map<ReviewId, std::string> texts; ///< other words for past texts
    std::vector<PastedText> pasted;        ///< in front of all others, the first one first
    /// Where it is not empty, past texts that are not in it are left out: so that no older one
    /// takes the place of one that is off. No edit by itself.
    std::set<ReviewId> among;

    [[nodiscard]] bool isEmpty() const { return off.empty() && texts.empty() && pasted.empty(); }
};

/// Ids of pasted texts in an edited example are -1, -2, … in their order.
[[nodiscard]] ReviewId pastedId(std::size_t index);
[[nodiscard]] bool isPasted(ReviewId review);

/// The example with the edits made, newest first as before: to be inspected like any other one.
/// Throws Error(BadInput) where an edited or pasted text has no word, or where nothing of the
/// history is left.
[[nodiscard]] store::ExampleData edited(const store::ExampleData& data, const HistoryEdits& edits);

/// Makes the edits of this user's own texts in the project: those that are off are excluded, the
/// others get their new words, each as one step that can be undone. Pasted texts are not saved:
/// they are no history of this user. Returns the number of reviews changed.
///
/// Threads  as the project, which must be open for writing
/// Throws   Error(BadInput) for a text without a word, Error(Storage); what was done before stays
[[nodiscard]] std::int64_t saveEdits(store::Project& project, const HistoryEdits& edits);

} // namespace nextquill::workflow
