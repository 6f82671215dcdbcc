// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Recipe.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/Totals.h"
#include "core/store/export/ExportFile.h"
#include "core/store/export/ExportLog.h"
#include "core/store/import/JsonFields.h"
#include "core/store/import/TimeText.h"

#include <optional>
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

/// A change of a review, as a recipe has it.
OrderedJson changeObject(const Query& row)
{
    OrderedJson change{{"user", row.text(0)},
                       {"item", row.text(1)},
                       {"time", timeText(row.integer(2))},
                       {"content", row.text(3)}};
    if (row.text(4) == "excluded") {
        change["excluded"] = row.text(6) == "1";
    } else {
        change["before_sha256"] = sha256(row.text(5));
        change["text"] = row.text(6);
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

/// One change of a recipe and, where it does not apply, why.
struct RecipeChange
{
    std::string content;
    std::optional<bool> excluded;
    std::string beforeDigest;
    std::string text; ///< where `excluded` is none

    [[nodiscard]] bool isSensible() const
    {
        return !content.empty() && (excluded || (isUtf8(text) && countWords(text) > 0));
    }
};

RecipeChange changeFrom(const JsonObject& object)
{
    RecipeChange change{.content = contentFrom(textField(object, {"content"})),
                        .excluded = {},
                        .beforeDigest = textField(object, {"before_sha256"}),
                        .text = textField(object, {"text"})};
    bool excluded = false;
    if (object["excluded"].get(excluded) == simdjson::SUCCESS) {
        change.excluded = excluded;
    }
    return change;
}

/// Does one step again, inside a transaction.
class StepAgain
{
public:
    StepAgain(Project& project, const std::string& what, RecipeResult& result)
        : m_project{project}
        , m_what{what}
        , m_result{result}
        , m_changes{project.connection()}
        , m_find{project.connection(), "SELECT id FROM reviews WHERE content = ?"}
    {
    }

    void apply(const JsonObject& object)
    {
        const RecipeChange change = changeFrom(object);
        const std::string why =
            change.isSensible() ? applied(change) : "it is no change of a review";
        if (!why.empty()) {
            m_result.mismatches.push_back({.step = m_what,
                                           .user = textField(object, {"user"}),
                                           .item = textField(object, {"item"}),
                                           .time = textField(object, {"time"}),
                                           .why = why});
        }
    }

    void finish() { m_changes.finish(); }

private:
    /// Empty when it was; else why not.
    std::string applied(const RecipeChange& change)
    {
        m_find.with().bindBlob(change.content);
        if (!m_find.next()) {
            return "there is no such review";
        }
        const ReviewId id{m_find.integer(0)};
        const auto review = Histories{m_project}.findReview(id);
        if (!review) {
            return "there is no such review";
        }
        if (change.excluded) {
            return setExcluded(*review, *change.excluded);
        }
        if (sha256(review->text) != change.beforeDigest) {
            return "its text is another one than was changed";
        }
        note(*review, "text", review->text, change.text);
        m_changes.setText(*review, change.text);
        return {};
    }

    std::string setExcluded(const Review& review, bool excluded)
    {
        if (review.excluded == excluded) {
            return excluded ? "it is excluded already" : "it is not excluded";
        }
        note(review, "excluded", excluded ? "0" : "1", excluded ? "1" : "0");
        m_changes.setExcluded(review, excluded);
        return {};
    }

    void note(const Review& review, const char* field, const std::string& before,
              const std::string& after)
    {
        if (m_step == 0) {
            m_step = addStep(m_project.connection(), m_what);
            ++m_result.steps;
        }
        addChange(m_project.connection(), m_step, review.id, field, before, after);
        ++m_result.changes;
    }

    Project& m_project;
    const std::string& m_what;
    RecipeResult& m_result;
    ReviewChanges m_changes;
    Query m_find;
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
        "SELECT u.name, i.asin, r.time, lower(hex(r.content)), c.field, c.before, c.after "
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
        again.finish();
    }
    transaction.commit();
    return result;
}

} // namespace nextquill::store
