// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Recipe.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/ReviewIndices.h"
#include "core/store/Totals.h"
#include "core/store/export/ExportFile.h"
#include "core/store/export/ExportLog.h"
#include "core/store/import/JsonFields.h"
#include "core/store/import/TimeText.h"
#include "core/store/table/StepChanges.h"

#include <charconv>
#include <fmt/format.h>
#include <string_view>
#include <system_error>

namespace nextquill::store {

namespace {

constexpr std::string_view recipeFormat = "nextquill-recipe";
constexpr std::int64_t recipeVersion = 1;
constexpr std::uintmax_t largestRecipe = std::uintmax_t{512} << 20;

Error badRecipe(const std::string& problem, const std::filesystem::path& file)
{
    return {ErrorKind::BadInput, problem, file.string(),
            "give a file that `nextquill data export --recipe` wrote; nothing was changed"};
}

double numberFrom(const std::string& text)
{
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// A change of a review, as a recipe has it.
OrderedJson changeObject(const Query& row)
{
    OrderedJson change{{"user", row.text(0)},
                       {"item", row.text(1)},
                       {"time", timeText(row.integer(2))},
                       {"content", row.text(3)}};
    const std::string field = row.text(4);
    const std::string before = row.text(5);
    const std::string after = row.text(6);
    if (field == "excluded") {
        change[after == "2" ? "deleted" : "excluded"] = after != "0";
    } else if (field == "rating") {
        change["before_rating"] = numberFrom(before);
        change["rating"] = numberFrom(after);
    } else if (field == "tag") {
        change[after.empty() ? "untag" : "tag"] = after.empty() ? before : after;
    } else if (field == "user") {
        change["user"] = row.text(8); // whose it was
        change["merge_into"] = row.text(7);
    } else {
        change["before_sha256"] = sha256(before);
        change[field] = after;
    }
    return change;
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

/// Does one step again, inside a transaction: notes what applies, then makes all of it so.
class StepAgain
{
public:
    StepAgain(Project& project, const std::string& what, RecipeResult& result)
        : m_connection{project.connection()}
        , m_what{what}
        , m_result{result}
        , m_find{m_connection,
                 "SELECT r.id, r.excluded, r.rating, r.user_id, x.title, x.text FROM reviews r "
                 "JOIN texts x ON x.id = r.id WHERE r.content = ?"}
        , m_hasTag{m_connection, "SELECT 1 FROM review_tags WHERE review_id = ? AND tag_id = "
                                 "(SELECT id FROM tags WHERE name = ?)"}
        , m_findUser{m_connection, "SELECT id FROM users WHERE name = ? AND merged_into = 0"}
    {
    }

    void apply(const JsonObject& object)
    {
        const std::string why = applied(object);
        if (!why.empty()) {
            m_result.mismatches.push_back({.step = m_what,
                                           .user = textField(object, {"user"}),
                                           .item = textField(object, {"item"}),
                                           .time = textField(object, {"time"}),
                                           .why = why});
        }
    }

    void finish(const StopToken& stop)
    {
        if (m_step != 0) {
            NoProgress progress;
            applyStep(m_connection, m_step, StepSide::After, stop, progress);
        }
    }

private:
    /// Empty when it was; else why not.
    std::string applied(const JsonObject& object)
    {
        const std::string content = contentFrom(textField(object, {"content"}));
        if (content.empty()) {
            return "it is no change of a review";
        }
        m_find.with().bindBlob(content);
        if (!m_find.next()) {
            return "there is no such review";
        }
        m_review = ReviewId{m_find.integer(0)};
        for (const char* const field : {"excluded", "deleted"}) {
            bool value = false;
            if (object[field].get(value) == simdjson::SUCCESS) {
                return setState(value ? (field[0] == 'd' ? 2 : 1) : 0);
            }
        }
        double rating = 0;
        if (object["rating"].get(rating) == simdjson::SUCCESS) {
            return setRating(object, rating);
        }
        for (const char* const field : {"tag", "untag", "merge_into"}) {
            if (std::string_view value; object[field].get(value) == simdjson::SUCCESS) {
                return field[0] == 'm' ? merge(std::string{value}, textField(object, {"user"}))
                                       : setTag(std::string{value}, field[0] == 't');
            }
        }
        return setText(object);
    }

    std::string setRating(const JsonObject& object, double rating)
    {
        const double before = m_find.real(2);
        double expected = 0;
        if (object["before_rating"].get(expected) != simdjson::SUCCESS || before != expected) {
            return "its rating is another one than was changed";
        }
        return note("rating", fmt::format("{}", before), fmt::format("{}", rating));
    }

    std::string setState(std::int64_t state)
    {
        const std::int64_t before = m_find.integer(1);
        if (before == 2 && state != 2) {
            return "it is deleted";
        }
        if (before == state) {
            return state == 0   ? "it is not excluded"
                   : state == 1 ? "it is excluded already"
                                : "it is deleted already";
        }
        return note("excluded", std::to_string(before), std::to_string(state));
    }

    std::string setTag(const std::string& tag, bool give)
    {
        if (give == m_hasTag.with(m_review, tag).next()) {
            return give ? "it has the tag already" : "it has no such tag";
        }
        if (give) {
            Query{m_connection, "INSERT OR IGNORE INTO tags (name) VALUES (?)"}.with(tag).run();
        }
        return note("tag", give ? "" : tag, give ? tag : "");
    }

    std::string merge(const std::string& name, const std::string& from)
    {
        const std::int64_t before = m_find.integer(3);
        if (!m_findUser.with(from).next() || m_findUser.integer(0) != before) {
            return "it is not by " + from;
        }
        if (!m_findUser.with(name).next()) {
            return "there is no user " + name;
        }
        const std::int64_t into = m_findUser.integer(0);
        return into == before ? "it is that user's already"
                              : note("user", std::to_string(before), std::to_string(into));
    }

    std::string setText(const JsonObject& object)
    {
        const bool title = object["title"].error() == simdjson::SUCCESS;
        const char* const field = title ? "title" : "text";
        const std::string after = textField(object, {field});
        const std::string before = m_find.text(title ? 4 : 5);
        if (!isUtf8(after) || (!title && countWords(after) == 0)) {
            return "it is no change of a review";
        }
        if (sha256(before) != textField(object, {"before_sha256"})) {
            return title ? "its title is another one than was changed"
                         : "its text is another one than was changed";
        }
        return note(field, before, after);
    }

    std::string note(const char* field, const std::string& before, const std::string& after)
    {
        if (m_step == 0) {
            m_step = addStep(m_connection, m_what);
            ++m_result.steps;
        }
        addChange(m_connection, m_step, m_review, field, before, after);
        ++m_result.changes;
        return {};
    }

    Connection& m_connection;
    const std::string& m_what;
    RecipeResult& m_result;
    Query m_find;
    Query m_hasTag;
    Query m_findUser;
    ReviewId m_review{};
    std::int64_t m_step = 0; ///< 0: nothing has applied yet
};

/// The steps of a recipe that is what it says it is.
simdjson::dom::array stepsOf(simdjson::dom::parser& parser, const std::filesystem::path& file)
{
    std::error_code failed;
    if (const auto size = std::filesystem::file_size(file, failed);
        failed || size > largestRecipe) {
        throw badRecipe(failed ? "the recipe cannot be opened" : "it is larger than 512 MiB", file);
    }
    JsonObject recipe;
    if (parser.load(file.string()).get(recipe) != simdjson::SUCCESS ||
        textField(recipe, {"format"}) != recipeFormat) {
        throw badRecipe("it is no recipe", file);
    }
    std::int64_t version = 0;
    if (recipe["version"].get(version) != simdjson::SUCCESS || version != recipeVersion) {
        throw Error{ErrorKind::Unsupported, "the recipe is of another version", file.string(),
                    "update NextQuill"};
    }
    simdjson::dom::array steps;
    if (recipe["steps"].get(steps) != simdjson::SUCCESS) {
        throw badRecipe("it has no steps", file);
    }
    return steps;
}

void writeSteps(Project& project, const std::vector<CurationStep>& steps, ExportFile& out,
                const StopToken& stop)
{
    Query changes{
        project.connection(),
        "SELECT u.name, i.asin, r.time, lower(hex(r.content)), c.field, c.before, c.after, "
        "coalesce((SELECT name FROM users WHERE c.field = 'user' AND "
        "id = CAST(c.after AS INTEGER)), ''), coalesce((SELECT name FROM users WHERE "
        "c.field = 'user' AND id = CAST(c.before AS INTEGER)), '') "
        "FROM step_changes c JOIN reviews r ON r.id = c.review_id "
        "JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id "
        "WHERE c.step_id = ? ORDER BY c.review_id"};
    const char* before = "";
    for (const CurationStep& step : steps) {
        out.write(before);
        out.write("\n{\"what\":" + toLine(step.what) + ",\"time\":" +
                  (step.time > 0 ? toLine(timeText(step.time)) : "null") + ",\"changes\":[");
        changes.with(step.id);
        for (const char* comma = "\n"; changes.next(); comma = ",\n") {
            stopPoint(stop);
            out.write(comma + toLine(changeObject(changes)));
        }
        out.write("\n]}");
        before = ",";
    }
}

} // namespace

std::vector<CurationStep> curationSteps(Project& project)
{
    Query query{project.connection(),
                "SELECT id, what, time, undone, changes FROM steps WHERE dropped = 0 ORDER BY id"};
    std::vector<CurationStep> steps;
    while (query.next()) {
        steps.push_back({.id = query.integer(0),
                         .what = query.text(1),
                         .time = query.integer(2),
                         .changes = query.integer(4),
                         .undone = query.integer(3) != 0});
    }
    return steps;
}

std::int64_t writeRecipe(Project& project, const std::filesystem::path& file, bool replace,
                         StopToken stop)
{
    if (!replace) {
        requireFreeName(file);
    }
    const ReadSnapshot snapshot{project.connection()};
    std::vector<CurationStep> steps = curationSteps(project);
    std::erase_if(steps, [](const CurationStep& step) { return step.undone; });
    ExportFile out{file};
    out.write("{\"format\":" + toLine(recipeFormat) +
              ",\"version\":" + std::to_string(recipeVersion) + ",\"steps\":[");
    writeSteps(project, steps, out, stop);
    out.write("\n]}\n");
    static_cast<void>(out.finish(replace ? Existing::Replace : Existing::Keep));
    static_cast<void>(noteExport(project, file, "recipe"));
    return static_cast<std::int64_t>(steps.size());
}

RecipeResult applyRecipe(Project& project, const std::filesystem::path& file, StopToken stop)
{
    simdjson::dom::parser parser;
    RecipeResult result;
    buildContentIndex(project.connection()); // each change looks its review up by it
    Transaction transaction{project.connection()};
    for (const JsonElement element : stepsOf(parser, file)) {
        JsonObject step;
        simdjson::dom::array changes;
        if (element.get(step) != simdjson::SUCCESS ||
            step["changes"].get(changes) != simdjson::SUCCESS) {
            throw badRecipe("a step of it has no changes", file);
        }
        const std::string what = textField(step, {"what"});
        StepAgain again{project, what, result};
        for (const JsonElement change : changes) {
            stopPoint(stop);
            JsonObject object;
            if (change.get(object) != simdjson::SUCCESS) {
                throw badRecipe("a change in it is no JSON object", file);
            }
            again.apply(object);
        }
        again.finish(stop);
    }
    transaction.commit();
    return result;
}

} // namespace nextquill::store
