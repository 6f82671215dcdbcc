// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/Totals.h"

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

/// Sets what a step changed to its values before or after.
void applyStep(Project& project, std::int64_t step, const char* side)
{
    const Histories histories{project};
    ReviewChanges changes{project.connection()};
    Query query{project.connection(), fmt::format("SELECT review_id, field, {} FROM step_changes "
                                                  "WHERE step_id = ? ORDER BY review_id",
                                                  side)};
    query.with(step);
    while (query.next()) {
        const Review review = required(histories, ReviewId{query.integer(0)});
        if (query.text(1) == "text") {
            changes.setText(review, query.text(2));
        } else if (query.text(1) == "title") {
            changes.setTitle(review, query.text(2));
        } else {
            changes.setExcluded(review, query.text(2) == "1");
        }
    }
    changes.finish();
}

std::optional<std::string> moveStep(Project& project, bool undo)
{
    Connection& connection = project.connection();
    Transaction transaction{connection};
    std::int64_t step = 0;
    std::string what;
    {
        Query query{connection,
                    undo ? "SELECT id, what FROM steps WHERE undone = 0 ORDER BY id DESC LIMIT 1"
                         : "SELECT id, what FROM steps WHERE undone = 1 ORDER BY id LIMIT 1"};
        if (!query.next()) {
            return std::nullopt;
        }
        step = query.integer(0);
        what = query.text(1);
    }
    applyStep(project, step, undo ? "before" : "after");
    Query{connection, "UPDATE steps SET undone = ? WHERE id = ?"}.with(undo, step).run();
    transaction.commit();
    return what;
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
    return moveStep(m_project, true);
}

std::optional<std::string> Histories::redo()
{
    return moveStep(m_project, false);
}

} // namespace nextquill::store
