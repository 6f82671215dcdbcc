// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/Recipe.h"
#include "core/store/import/TimeText.h"

#include "app/cli/ExchangeCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct RecipeOptions
{
    std::filesystem::path project;
    std::filesystem::path recipe;
};

int sayHistory(const RecipeOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    OrderedJson steps = OrderedJson::array();
    for (const store::CurationStep& step : store::curationSteps(*project)) {
        const std::string time = step.time > 0 ? store::timeText(step.time) : "";
        context.out.text(fmt::format(
            "{:>5}  {:<24}  {:>8} {}  {}{}", step.id, time.empty() ? "time not kept" : time,
            step.changes, step.changes == 1 ? "review " : "reviews", escapedForDisplay(step.what),
            step.undone ? "  (taken back)" : ""));
        steps.push_back({{"id", step.id},
                         {"step", step.what},
                         {"time", time.empty() ? OrderedJson(nullptr) : OrderedJson(time)},
                         {"reviews", step.changes},
                         {"undone", step.undone}});
    }
    if (steps.empty()) {
        context.out.text("nothing was curated");
    }
    context.out.document({{"steps", std::move(steps)}});
    return exitDone;
}

int applySteps(const RecipeOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const store::RecipeResult result =
        store::applyRecipe(*project, options.recipe, context.interrupt.token());
    context.out.text(fmt::format("{} steps, {} reviews changed, {} changes did not apply",
                                 result.steps, result.changes, result.mismatches.size()));
    OrderedJson mismatches = OrderedJson::array();
    for (const store::RecipeMismatch& mismatch : result.mismatches) {
        context.out.text(fmt::format("  {}: {}, {}, {}: {}", escapedForDisplay(mismatch.step),
                                     escapedForDisplay(mismatch.user),
                                     escapedForDisplay(mismatch.item),
                                     escapedForDisplay(mismatch.time), mismatch.why));
        mismatches.push_back({{"step", mismatch.step},
                              {"user", mismatch.user},
                              {"item", mismatch.item},
                              {"time", mismatch.time},
                              {"why", mismatch.why}});
    }
    context.out.document({{"steps", result.steps},
                          {"reviews", result.changes},
                          {"not_applied", std::move(mismatches)}});
    return exitDone;
}

} // namespace

void addRecipeCommands(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<RecipeOptions>();
    addProjectCommand(data, options, context, "history", "Steps of curation, oldest first",
                      sayHistory);
    CLI::App* const command =
        addProjectCommand(data, options, context, "apply",
                          "Do the steps of another project's recipe again", applySteps);
    command->add_option("RECIPE", options->recipe, "File of `data export --recipe`")->required();
}

} // namespace nextquill::app
