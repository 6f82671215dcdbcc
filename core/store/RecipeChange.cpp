// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/RecipeChange.h"

#include "core/base/Digest.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/Totals.h"
#include "core/store/import/TimeText.h"
#include "core/store/table/StepChanges.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

const std::string stateIn = "0";
const std::string stateOut = "1";
const std::string stateDeleted = "2";

double ratingIn(const std::string& text)
{
    double rating = 0;
    std::from_chars(text.data(), text.data() + text.size(), rating);
    return rating;
}

/// 16 bytes from 32 hexadecimal digits; empty where it is none.
std::string contentFrom(std::string_view digits)
{
    constexpr std::size_t digitsOfContent = 32;
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    std::string bytes;
    for (std::size_t i = 0; digits.size() == digitsOfContent && i < digits.size(); i += 2) {
        const std::size_t high = hexadecimal.find(digits[i]);
        const std::size_t low = hexadecimal.find(digits[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) {
            return {};
        }
        bytes += static_cast<char>(high * hexadecimal.size() + low);
    }
    return bytes;
}

bool hasField(const JsonObject& object, std::string_view name)
{
    return object[name].error() == simdjson::SUCCESS;
}

} // namespace

OrderedJson recipeChange(const Query& row)
{
    OrderedJson change{{"user", row.text(0)},
                       {"item", row.text(1)},
                       {"time", timeText(row.integer(2))},
                       {"content", row.text(3)}};
    const std::string field = row.text(4);
    const std::string before = row.text(5);
    const std::string after = row.text(6);
    if (field == "excluded") {
        change["excluded"] = after != stateIn;
        if (before == stateDeleted || after == stateDeleted) {
            change["deleted"] = after == stateDeleted;
        }
    } else if (field == "tag") {
        change["tag"] = after.empty() ? before : after;
        change["tagged"] = !after.empty();
    } else if (field == "rating") {
        change["rating_before"] = ratingIn(before);
        change["rating"] = ratingIn(after);
    } else if (field == "user") {
        change["merged_from"] = row.text(7);
        change["merged_into"] = row.text(8);
    } else { // text, title
        change["before_sha256"] = sha256(before);
        change[field] = after;
    }
    return change;
}

struct RecipeStep::Change
{
    std::string content;
    std::string field;  ///< as in `step_changes`
    std::string before; ///< of texts a digest; of a merge the user's name
    std::string after;
    std::int64_t review = 0;
};

RecipeStep::RecipeStep(Project& project, const std::string& what, RecipeResult& result)
    : m_project{project}
    , m_connection{project.connection()}
    , m_what{what}
    , m_result{result}
    , m_find{project.connection(), "SELECT id, excluded, rating FROM reviews WHERE content = ?"}
{
}

RecipeStep::Change RecipeStep::read(const JsonObject& object)
{
    Change change{.content = contentFrom(textField(object, {"content"})),
                  .field = {},
                  .before = {},
                  .after = {}};
    if (hasField(object, "tag")) {
        const std::string tag = textField(object, {"tag"});
        const bool tagged = !hasField(object, "tagged") || flagField(object, "tagged");
        change.field = "tag";
        (tagged ? change.after : change.before) = tag;
    } else if (hasField(object, "merged_into")) {
        change.field = "user";
        change.before = textField(object, {"merged_from"});
        change.after = textField(object, {"merged_into"});
    } else if (hasField(object, "rating")) {
        change.field = "rating";
        change.before = fmt::format("{}", numberField(object, {"rating_before"}).value_or(NAN));
        change.after = fmt::format("{}", numberField(object, {"rating"}).value_or(NAN));
    } else if (hasField(object, "excluded")) {
        const bool deleted = flagField(object, "deleted");
        change.field = "excluded";
        change.before = hasField(object, "deleted") && !deleted ? stateDeleted : std::string{};
        change.after = deleted                          ? stateDeleted
                       : flagField(object, "excluded") ? stateOut
                                                       : stateIn;
    } else {
        change.field = hasField(object, "title") ? "title" : "text";
        change.before = textField(object, {"before_sha256"});
        change.after = textField(object, {change.field});
    }
    return change;
}

bool RecipeStep::isSensible(const Change& change)
{
    if (change.content.empty()) {
        return false;
    }
    if (change.field == "text") {
        return isUtf8(change.after) && countWords(change.after) > 0;
    }
    if (change.field == "tag") {
        constexpr std::size_t longest = 64;
        const std::string& tag = change.after.empty() ? change.before : change.after;
        return isUtf8(tag) && !collapseWhitespace(tag).empty() && codePointCount(tag) <= longest &&
               tag.find_first_of(",\n\t") == std::string::npos;
    }
    if (change.field == "rating") {
        return std::isfinite(ratingIn(change.after)) && change.after != "nan";
    }
    return isUtf8(change.after) && (change.field != "user" || !change.after.empty());
}

void RecipeStep::add(const JsonObject& object)
{
    const Change change = read(object);
    const std::string why = isSensible(change) ? added(change) : "it is no change of a review";
    if (!why.empty()) {
        m_result.mismatches.push_back({.step = m_what,
                                       .user = textField(object, {"user"}),
                                       .item = textField(object, {"item"}),
                                       .time = textField(object, {"time"}),
                                       .why = why});
    }
}

std::string RecipeStep::added(const Change& change)
{
    m_find.with().bindBlob(change.content);
    if (!m_find.next()) {
        return "there is no such review";
    }
    Change found = change;
    found.review = m_find.integer(0);
    if (change.field == "excluded") {
        return addedState(found, m_find.integer(1));
    }
    if (change.field == "rating") {
        const std::string now = fmt::format("{}", m_find.real(2));
        if (now != change.before) {
            return "its rating is another one than was changed";
        }
        note(found, now, change.after);
        return {};
    }
    return change.field == "tag"    ? addedTag(found)
           : change.field == "user" ? addedMerge(found)
                                    : addedText(found);
}

std::string RecipeStep::addedState(const Change& change, std::int64_t now)
{
    const std::string current = std::to_string(now);
    if (current == change.after) {
        return change.after == stateDeleted ? "it is deleted already"
               : change.after == stateOut   ? "it is excluded already"
                                            : "it is not excluded";
    }
    if (current == stateDeleted && change.before != stateDeleted) {
        return "it is deleted";
    }
    note(change, current, change.after);
    return {};
}

std::string RecipeStep::addedText(const Change& change)
{
    Query now{m_connection, "SELECT " + change.field + " FROM texts WHERE id = ?"};
    now.with(change.review);
    if (!now.next() || sha256(now.text(0)) != change.before) {
        return "its " + change.field + " is another one than was changed";
    }
    note(change, now.text(0), change.after);
    return {};
}

std::string RecipeStep::addedTag(const Change& change)
{
    const std::string& tag = change.after.empty() ? change.before : change.after;
    Query has{m_connection, "SELECT 1 FROM review_tags rt JOIN tags t ON t.id = rt.tag_id "
                            "WHERE rt.review_id = ? AND t.name = ?"};
    const bool tagged = has.with(change.review, tag).next();
    if (tagged != change.after.empty()) {
        return tagged ? "it has the tag already" : "it does not have the tag";
    }
    Query{m_connection, "INSERT OR IGNORE INTO tags (name) VALUES (?)"}.with(tag).run();
    note(change, change.before, change.after);
    return {};
}

std::int64_t RecipeStep::userOf(const std::string& name)
{
    Query find{m_connection, "SELECT id FROM users WHERE name = ?"};
    return find.with(name).next() ? find.integer(0) : 0;
}

/// All reviews of the user at once: a user is merged or is not.
std::string RecipeStep::addedMerge(const Change& change)
{
    const std::int64_t from = userOf(change.before);
    const std::int64_t into = userOf(change.after);
    if (from == 0 || into == 0) {
        return "there is no user " + escapedForDisplay(from == 0 ? change.before : change.after);
    }
    Query noted{m_connection, "SELECT 1 FROM step_changes WHERE step_id = ? AND review_id = ? AND "
                              "field = 'user'"};
    if (m_step != 0 && noted.with(m_step, change.review).next()) {
        return {};
    }
    Query whose{m_connection, "SELECT user_id FROM reviews WHERE id = ?"};
    if (!whose.with(change.review).next() || whose.integer(0) != from) {
        return "it is not by " + escapedForDisplay(change.before);
    }
    Query reviews{m_connection, "SELECT id FROM reviews WHERE user_id = ? ORDER BY id"};
    reviews.with(from);
    while (reviews.next()) {
        Change each = change;
        each.review = reviews.integer(0);
        note(each, std::to_string(from), std::to_string(into));
    }
    return {};
}

std::int64_t RecipeStep::step()
{
    if (m_step == 0) {
        m_step = addStep(m_connection, m_what);
        ++m_result.steps;
    }
    return m_step;
}

void RecipeStep::note(const Change& change, const std::string& before, const std::string& after)
{
    addChange(m_connection, step(), ReviewId{change.review}, change.field.c_str(), before, after);
    ++m_result.changes;
}

void RecipeStep::finish(const StopToken& stop)
{
    if (m_step != 0) {
        NoProgress progress;
        applyStep(m_connection, m_step, StepSide::After, stop, progress);
    }
}

} // namespace nextquill::store
