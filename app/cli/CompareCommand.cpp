// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Results.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/GenerationOptions.h"
#include "app/cli/ModelOptions.h"
#include "app/cli/PromptOptions.h"

#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>

namespace nextquill::app {

namespace {

struct CompareOptions
{
    std::filesystem::path project;
    std::int64_t example = 0;
    std::vector<std::string> models{"demo"};
    PromptOptions prompt;
    generate::GenerationSettings generation;
    ModelOptions machine;
};

void say(const workflow::ComparedText& text, Context& context)
{
    context.out.text(fmt::format(
        "\n{}, {} history (ROUGE-1 {:.3f}, ROUGE-L {:.3f}, METEOR {:.3f}, BLEU {:.1f}, chrF {:.1f}"
        "{})\n{}",
        text.modelName, text.withHistory ? "with" : "without", text.scores.rouge1,
        text.scores.rougeL, text.scores.meteor, text.scores.bleu, text.scores.chrf,
        text.withHistory ? fmt::format(", mean PCE {:+.3f}", text.meanPce) : "", text.text));
}

void sayNoHistory(const store::ExampleData& data, Context& context)
{
    context.out.text(data.history.empty()
                         ? fmt::format("\n{} has no earlier review: there is no text with history",
                                       data.userName)
                         : fmt::format("\nno past review of {} is in the prompt: there is no text "
                                       "with history",
                                       data.userName));
}

int compare(const CompareOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const auto data = store::Histories{*project}.example(ExampleId{options.example});
    workflow::Comparison comparison = workflow::comparisonOf(data);
    context.out.text(fmt::format("{} on {}\n\nown text\n{}", comparison.userName,
                                 comparison.itemTitle, comparison.reference));
    const StopToken stop = context.interrupt.token();
    for (const std::string& name : options.models) {
        const workflow::ModelChoice choice = workflow::chooseModel(name, project.get());
        const workflow::ExampleSettings examples = options.prompt.forModel(*project, choice);
        const auto decoder =
            workflow::loadModel(choice, options.machine.decoder(), stop, context.out);
        for (const bool withHistory : {false, true}) {
            comparison.texts.push_back(workflow::writeText(data, *decoder, choice.name, withHistory,
                                                           examples, options.generation, stop, {}));
            say(comparison.texts.back(), context);
            if (comparison.texts.back().historyReviews == 0) {
                sayNoHistory(data, context);
                break; // what would be called "with history" is this same text
            }
        }
    }
    const auto writer = store::Project::open(options.project, store::OpenMode::ReadWrite);
    store::Results{*writer}.put(
        "comparison", fmt::format("{} by {}", options.example, fmt::join(options.models, ",")),
        Json::parse(toLine(workflow::toJson(comparison))));
    context.out.document(workflow::toJson(comparison));
    return exitDone;
}

} // namespace

void addCompare(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "compare", "The same review written by several models, with and without history");
    const auto options = std::make_shared<CompareOptions>();
    command->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    command->add_option("--example", options->example, "Id of the review")->required();
    command->add_option("--models", options->models, "Models, runs or names, separated by commas")
        ->delimiter(',');
    options->prompt.declare(*command);
    declareGeneration(*command, options->generation);
    options->machine.declare(*command);
    command->callback([options, &context] {
        options->generation.seed = options->machine.seed;
        context.action = [options, &context] { return compare(*options, context); };
    });
}

} // namespace nextquill::app
