// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Recipe.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/store/Project.h"
#include "core/store/RecipeChange.h"
#include "core/store/export/ExportFile.h"
#include "core/store/export/ExportLog.h"
#include "core/store/import/JsonFields.h"
#include "core/store/import/TimeText.h"

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
        "CASE c.field WHEN 'user' THEN (SELECT name FROM users WHERE id = CAST(c.before AS "
        "INTEGER)) ELSE '' END, "
        "CASE c.field WHEN 'user' THEN (SELECT name FROM users WHERE id = CAST(c.after AS "
        "INTEGER)) ELSE '' END "
        "FROM step_changes c JOIN reviews r ON r.id = c.review_id "
        "JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id "
        "WHERE c.step_id = ? ORDER BY c.review_id, c.field"};
    const char* before = "";
    for (const CurationStep& step : steps) {
        out.write(before);
        out.write("\n{\"what\":" + toLine(step.what) + ",\"time\":" +
                  (step.time > 0 ? toLine(timeText(step.time)) : "null") + ",\"changes\":[");
        changes.with(step.id);
        for (const char* comma = "\n"; changes.next(); comma = ",\n") {
            stopPoint(stop);
            out.write(comma + toLine(recipeChange(changes)));
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
        RecipeStep again{project, what, result};
        for (const JsonElement change : changes) {
            stopPoint(stop);
            JsonObject object;
            if (change.get(object) != simdjson::SUCCESS) {
                throw badRecipe("a change in it is no JSON object", file);
            }
            again.add(object);
        }
        again.finish(stop);
    }
    transaction.commit();
    return result;
}

} // namespace nextquill::store
