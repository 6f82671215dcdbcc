// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/workflow/Comparison.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/GenerationOptions.h"
#include "app/cli/ModelOptions.h"
#include "app/cli/PromptOptions.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct EvaluateOptions
{
    std::filesystem::path project;
    workflow::EvaluationSettings settings{.models = {"demo"}};
    std::filesystem::path textsOut;
    PromptOptions prompt;
    ModelOptions machine;
};

/// Known now, not after hours of writing.
void requireFolder(const std::filesystem::path& folder)
{
    if (!std::filesystem::is_directory(folder)) {
        throw Error{ErrorKind::BadInput, "the folder for the texts is not there", folder.string(),
                    "make it first, or name another file"};
    }
}

/// The written texts, an object of `compare` a line.
void writeTexts(const workflow::Evaluation& evaluation, const std::filesystem::path& file)
{
    std::string lines;
    for (const workflow::Comparison& comparison : evaluation.comparisons) {
        lines += toLine(workflow::toJson(comparison)) + "\n";
    }
    writeFileAtomically(file, lines);
}

int evaluate(const EvaluateOptions& options, Context& context)
{
    workflow::EvaluationSettings settings = options.settings;
    settings.decoder = options.machine.decoder();
    settings.example =
        options.prompt.given(*store::Project::open(options.project, store::OpenMode::ReadOnly));
    if (!options.textsOut.empty()) {
        requireFolder(std::filesystem::absolute(options.textsOut).parent_path());
    }
    settings.generation.seed = options.machine.seed;
    const workflow::Evaluation evaluation = workflow::evaluateProject(
        options.project, settings, context.interrupt.token(), context.out);
    context.out.text(fmt::format("split {}, {} examples of its {} part (mean and half of the 95 % "
                                 "bootstrap interval)\n\n{}",
                                 evaluation.split, evaluation.rows.at(0).examples, settings.part,
                                 workflow::toTable(evaluation)));
    if (!options.textsOut.empty()) {
        writeTexts(evaluation, options.textsOut);
        context.out.text(fmt::format("texts in {}", options.textsOut.string()));
    }
    context.out.document(workflow::toJson(evaluation));
    return exitDone;
}

} // namespace

void addEvaluate(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "evaluate", "The table of metrics: each model with and without history, with intervals");
    const auto options = std::make_shared<EvaluateOptions>();
    workflow::EvaluationSettings& settings = options->settings;
    command->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    command->add_option("--models", settings.models, "Models, runs or names, separated by commas")
        ->delimiter(',');
    command->add_option("--split", settings.part, "Part of the split: train, validation or test")
        ->capture_default_str();
    command->add_option("--split-name", settings.split, "Split; the newest by default");
    command->add_option("--limit", settings.limit, "Examples at most; 0: all")
        ->check(CLI::Range(0, 1'000'000'000));
    command
        ->add_option("--texts", settings.textLimit,
                     "Examples whose texts are written and scored; -1: all, 0: none")
        ->check(CLI::Range(-1, 1'000'000'000))
        ->capture_default_str();
    command->add_option("--texts-out", options->textsOut,
                        "JSON lines file for the texts that were written, all models side by side");
    options->prompt.declare(*command);
    declareGeneration(*command, settings.generation);
    options->machine.declare(*command);
    command->callback([options, &context] {
        context.action = [options, &context] { return evaluate(*options, context); };
    });
}

} // namespace nextquill::app
