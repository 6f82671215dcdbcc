// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TableCuration.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/ReviewIndices.h"
#include "core/store/Totals.h"
#include "core/store/table/ChosenReviews.h"
#include "core/store/table/StepChanges.h"
#include "core/store/table/StepNames.h"

#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <utility>

namespace nextquill::store {

namespace {

/// Makes a step of changes that `record` notes for it: inside one transaction; none where it notes
/// nothing.
StepResult madeStep(Connection& connection, const std::function<std::int64_t(std::int64_t)>& record,
                    const std::function<std::string(std::int64_t)>& name, const StopToken& stop,
                    Progress& progress)
{
    Transaction transaction{connection};
    StepResult result;
    {
        const StopGuard guard{connection, stop};
        result.step = addStep(connection, "");
        result.changes = record(result.step);
        if (result.changes == 0) {
            return {};
        }
        result.what = name(result.changes);
        Query{connection, "UPDATE steps SET what = ?, changes = ? WHERE id = ?"}
            .with(result.what, result.changes, result.step)
            .run();
        applyStep(connection, result.step, StepSide::After, stop, progress);
    }
    transaction.commit();
    return result;
}

/// Notes changes of the chosen reviews; `values` gives before and after, `of` which they are of.
std::int64_t noteChosen(Connection& connection, std::int64_t step, const SqlPart& chosen,
                        const std::string& field, const std::string& values, const std::string& of,
                        const std::vector<std::string>& bound)
{
    Query query{connection, fmt::format("INSERT INTO step_changes WITH chosen (id) AS ({}) "
                                        "SELECT ?, r.id, '{}', {} FROM chosen c "
                                        "CROSS JOIN reviews r ON r.id = c.id WHERE {}",
                                        chosen.sql, field, values, of)};
    bindAll(query.with(), chosen.values);
    query.bindNext(step);
    for (const std::string& value : bound) {
        query.bindNext(value);
    }
    return query.run();
}

StepResult withState(Connection& connection, const Selection& selection, ReviewState state,
                     const StopToken& stop, Progress& progress)
{
    const char* const verb = state == ReviewState::TakesPart  ? "Include"
                             : state == ReviewState::Excluded ? "Exclude"
                                                              : "Delete";
    return madeStep(
        connection,
        [&](std::int64_t step) {
            return noteChosen(
                connection, step, chosenReviews(connection, selection, stop, progress), "excluded",
                fmt::format("CAST(r.excluded AS TEXT), '{}'", static_cast<int>(state)),
                fmt::format("r.excluded <> {}", static_cast<int>(state)), {});
        },
        [&](std::int64_t changes) {
            return fmt::format("{} {}", verb, counted(changes, "review", "reviews"));
        },
        stop, progress);
}

void requireTagName(const std::string& name)
{
    constexpr std::size_t longest = 64;
    const bool isBlank = collapseWhitespace(name).empty();
    if (!isUtf8(name) || isBlank || codePointCount(name) > longest ||
        name.find_first_of(",\n\t") != std::string::npos || collapseWhitespace(name) != name) {
        throw Error{ErrorKind::BadInput, "this cannot be the name of a tag",
                    escapedForDisplay(name), "take 1 to 64 characters without commas"};
    }
}

Error noReview(ReviewId id)
{
    return {ErrorKind::BadInput, fmt::format("there is no review {}", number(id)), "curation",
            "see `nextquill data list`"};
}

/// The row of a review, or of its text, that a single change begins with.
std::string valueBefore(Connection& connection, ReviewId id, const std::string& statement)
{
    Query query{connection, statement};
    if (!query.with(id).next()) {
        throw noReview(id);
    }
    return query.text(0);
}

StepResult singleChange(Connection& connection, ReviewId id, const char* field,
                        const std::string& before, const std::string& after, std::string what)
{
    NoProgress progress;
    return madeStep(
        connection,
        [&](std::int64_t step) -> std::int64_t {
            if (before == after) {
                return 0;
            }
            addChange(connection, step, id, field, before, after);
            return 1;
        },
        [&](std::int64_t) { return what; }, {}, progress);
}

} // namespace

std::string counted(std::int64_t number, std::string_view one, std::string_view more)
{
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits + ' ' + std::string{number == 1 ? one : more};
}

StepResult TableCuration::exclude(const Selection& selection, StopToken stop, Progress& progress)
{
    return withState(m_project.connection(), selection, ReviewState::Excluded, stop, progress);
}

StepResult TableCuration::include(const Selection& selection, StopToken stop, Progress& progress)
{
    return withState(m_project.connection(), selection, ReviewState::TakesPart, stop, progress);
}

StepResult TableCuration::remove(const Selection& selection, StopToken stop, Progress& progress)
{
    return withState(m_project.connection(), selection, ReviewState::Deleted, stop, progress);
}

StepResult TableCuration::tag(const Selection& selection, const std::string& name, StopToken stop,
                              Progress& progress)
{
    requireTagName(name);
    Connection& connection = m_project.connection();
    return madeStep(
        connection,
        [&](std::int64_t step) {
            Query{connection, "INSERT OR IGNORE INTO tags (name) VALUES (?)"}.with(name).run();
            return noteChosen(connection, step,
                              chosenReviews(connection, selection, stop, progress), "tag", "'', ?",
                              "NOT EXISTS (SELECT 1 FROM review_tags WHERE review_id = r.id AND "
                              "tag_id = (SELECT id FROM tags WHERE name = ?))",
                              {name, name});
        },
        [&](std::int64_t changes) {
            return fmt::format("Tag {} \"{}\"", counted(changes, "review", "reviews"), name);
        },
        stop, progress);
}

StepResult TableCuration::untag(const Selection& selection, const std::string& name, StopToken stop,
                                Progress& progress)
{
    Connection& connection = m_project.connection();
    return madeStep(
        connection,
        [&](std::int64_t step) {
            return noteChosen(connection, step,
                              chosenReviews(connection, selection, stop, progress), "tag", "?, ''",
                              "EXISTS (SELECT 1 FROM review_tags WHERE review_id = r.id AND "
                              "tag_id = (SELECT id FROM tags WHERE name = ?))",
                              {name, name});
        },
        [&](std::int64_t changes) {
            return fmt::format("Take the tag \"{}\" from {}", name,
                               counted(changes, "review", "reviews"));
        },
        stop, progress);
}

StepResult TableCuration::mergeUsers(const std::vector<UserId>& users, UserId into, StopToken stop,
                                     Progress& progress)
{
    const Histories histories{m_project};
    const auto stays = histories.findUser(into);
    if (!stays) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no user {}", number(into)),
                    "merging users", "see `nextquill data list`"};
    }
    Connection& connection = m_project.connection();
    std::int64_t merged = 0;
    return madeStep(
        connection,
        [&](std::int64_t step) {
            Query note{connection, "INSERT OR IGNORE INTO step_changes SELECT ?, id, 'user', "
                                   "CAST(user_id AS TEXT), CAST(? AS TEXT) FROM reviews" +
                                       indexedBy(connection, "reviews_by_user") +
                                       " WHERE user_id = ?"};
            std::int64_t changes = 0;
            for (const UserId user : users) {
                if (user != into) {
                    const int of = note.with(step, into, user).run();
                    changes += of;
                    merged += of > 0 ? 1 : 0;
                }
            }
            return changes;
        },
        [&](std::int64_t) {
            return fmt::format("Merge {} into {}", counted(merged, "user", "users"), stays->name);
        },
        stop, progress);
}

StepResult TableCuration::setText(ReviewId review, const std::string& text)
{
    if (!isUtf8(text) || countWords(text) == 0) {
        throw Error{ErrorKind::BadInput, "a review needs a text",
                    fmt::format("review {}", number(review)), "exclude it instead"};
    }
    Connection& connection = m_project.connection();
    return singleChange(connection, review, "text",
                        valueBefore(connection, review, "SELECT text FROM texts WHERE id = ?"),
                        text, "Edit a text");
}

StepResult TableCuration::setTitle(ReviewId review, const std::string& title)
{
    if (!isUtf8(title)) {
        throw Error{ErrorKind::BadInput, "this is no text",
                    fmt::format("review {}", number(review)), "write a title in UTF-8"};
    }
    Connection& connection = m_project.connection();
    return singleChange(connection, review, "title",
                        valueBefore(connection, review, "SELECT title FROM texts WHERE id = ?"),
                        title, "Edit a title");
}

StepResult TableCuration::setRating(ReviewId review, double rating)
{
    if (!std::isfinite(rating)) {
        throw Error{ErrorKind::BadInput, "a rating is a number",
                    fmt::format("review {}", number(review)), "write one, usually from 1 to 5"};
    }
    Connection& connection = m_project.connection();
    Query query{connection, "SELECT rating FROM reviews WHERE id = ?"};
    if (!query.with(review).next()) {
        throw noReview(review);
    }
    return singleChange(connection, review, "rating", fmt::format("{}", query.real(0)),
                        fmt::format("{}", rating), "Change a rating");
}

} // namespace nextquill::store
