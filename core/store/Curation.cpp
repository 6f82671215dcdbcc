// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/Totals.h"
#include "core/store/table/TableCuration.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

Review required(const Histories& histories, ReviewId id)
{
    const auto review = histories.findReview(id);
    if (!review) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no review {}", number(id)),
                    "curation", "see `nextquill data list`"};
    }
    return *review;
}

} // namespace

void Histories::setExcluded(const std::vector<ReviewId>& reviews, bool excluded,
                            const std::string& what)
{
    if (reviews.empty()) {
        return;
    }
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    const std::int64_t step = addStep(connection, what);
    ReviewChanges changes{connection};
    for (const ReviewId id : reviews) {
        const Review review = required(*this, id);
        addChange(connection, step, id, "excluded", review.excluded ? "1" : "0",
                  excluded ? "1" : "0");
        changes.setExcluded(review, excluded);
    }
    changes.finish();
    transaction.commit();
}

void Histories::setText(ReviewId review, const std::string& text, const std::string& what)
{
    if (!isUtf8(text) || countWords(text) == 0) {
        throw Error{ErrorKind::BadInput, "a review needs a text",
                    fmt::format("review {}", number(review)), "exclude it instead"};
    }
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    const Review old = required(*this, review);
    addChange(connection, addStep(connection, what), review, "text", old.text, text);
    ReviewChanges changes{connection};
    changes.setText(old, text);
    changes.finish();
    transaction.commit();
}

std::optional<std::string> Histories::undo()
{
    NoProgress progress;
    const auto step = TableCuration{m_project}.undo({}, progress);
    return step ? std::optional{step->what} : std::nullopt;
}

std::optional<std::string> Histories::redo()
{
    NoProgress progress;
    const auto step = TableCuration{m_project}.redo({}, progress);
    return step ? std::optional{step->what} : std::nullopt;
}

} // namespace nextquill::store
