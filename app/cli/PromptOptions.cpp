// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/PromptOptions.h"

#include "core/base/Error.h"

namespace nextquill::app {

void PromptOptions::declare(CLI::App& command)
{
    command.add_option("--max-reviews", budget.budget.maximumReviews, "Past reviews in the prompt")
        ->capture_default_str();
    command.add_option("--max-prompt-tokens", budget.budget.promptTokens, "Longest prompt")
        ->capture_default_str();
    command.add_option("--template", promptTemplate,
                       "Prompt template: a preset, NAME or NAME@VERSION; else the run's or the "
                       "project's");
    declareSelection(command);
}

void PromptOptions::declareSelection(CLI::App& command)
{
    CLI::Option* const kind =
        command
            .add_option("--select", select,
                        "Past reviews: the newest, the most alike in words, in meaning, or alike "
                        "and unlike each other; else as the run or the project does")
            ->check(CLI::IsMember({"recent", "bm25", "embeddings", "mmr"}));
    command.add_option("--diversity", rule.diversity, "Weight of unlikeness in mmr")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str()
        ->needs(kind);
    command
        .add_option("--encoder", rule.encoder,
                    "Folder of a BERT encoder (MiniLM), for embeddings and mmr")
        ->needs(kind);
    command
        .add_flag("--by-time", rule.byTime, "Those taken stand newest first, whatever their rank")
        ->needs(kind);
    command
        .add_flag("--fill", rule.fill, "A review that has no room is passed over for later ones")
        ->needs(kind);
}

workflow::ExampleSettings PromptOptions::given(store::Project& project) const
{
    workflow::ExampleSettings settings = budget;
    if (!promptTemplate.empty()) {
        settings.promptTemplate = workflow::templateNamed(project, promptTemplate);
    }
    if (!select.empty()) {
        settings.selection = rule;
        settings.selection->kind =
            text::selectionNamed(select).value_or(text::SelectionKind::Recent);
        text::validate(*settings.selection);
    }
    return settings;
}

workflow::ExampleSettings PromptOptions::forModel(store::Project& project,
                                                  const workflow::ModelChoice& choice) const
{
    workflow::ExampleSettings settings = given(project);
    workflow::followRunOf(choice, settings);
    return settings;
}

} // namespace nextquill::app
