// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Results.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/Commands.h"
#include "app/cli/ControlOptions.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/GenerationOptions.h"
#include "app/cli/ModelOptions.h"
#include "app/cli/PromptOptions.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct InspectOptions
{
    std::filesystem::path project;
    std::string model = "demo";
    std::int64_t example = 0;
    std::vector<std::filesystem::path> out;
    bool generated = false;
    ControlOptions controls;
    PromptOptions prompt;
    generate::GenerationSettings generation;
    ModelOptions machine;
};

int inspect(const InspectOptions& options, Context& context)
{
    for (const std::filesystem::path& file : options.out) {
        if (!workflow::figureFormat(file)) {
            throw Error{ErrorKind::BadInput, "the figure's format is not known", file.string(),
                        "end the name in .html, .svg, .pdf, .png, .tex, .csv or .json"};
        }
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const auto data = store::Histories{*project}.example(ExampleId{options.example});
    const workflow::ModelChoice choice = workflow::chooseModel(options.model, project.get());
    const workflow::ExampleSettings examples = options.prompt.forModel(*project, choice);
    const StopToken stop = context.interrupt.token();
    const auto decoder = workflow::loadModel(choice, options.machine.decoder(), stop, context.out);
    std::optional<std::string> text;
    if (options.generated) {
        text = workflow::writeText(data, *decoder, choice.name, true, examples, options.generation,
                                   stop, {})
                   .text;
    }
    workflow::Inspection inspection =
        workflow::inspect(data, *decoder, choice.name, examples, text, false, stop, context.out);
    options.controls.measure(*project, data, *decoder, examples, inspection, stop, context.out);
    for (const std::filesystem::path& file : options.out) {
        workflow::writeFigure(inspection, file);
    }
    context.out.text(fmt::format(
        "{} on {}\n{} tokens, mean PCE {:+.4f}, {:.1f} % above {}", inspection.userName,
        inspection.itemTitle, inspection.effects.tokens.size(), inspection.effects.meanPce(),
        100 * inspection.effects.preferenceRatio(static_cast<float>(inspection.threshold)),
        inspection.threshold));
    for (const std::string& sentence : ControlOptions::report(inspection)) {
        context.out.text(sentence);
    }
    for (const std::filesystem::path& file : options.out) {
        context.out.text(file.string());
    }
    context.out.document(workflow::toJson(inspection));
    return exitDone;
}

} // namespace

void addInspect(CLI::App& app, Context& context)
{
    CLI::App* const command =
        app.add_subcommand("inspect", "One text's heatmap as a document (html svg pdf png tex csv "
                                      "json, by the file's name)");
    const auto options = std::make_shared<InspectOptions>();
    command->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    command->add_option("--model", options->model, "Model, run or name")->capture_default_str();
    command->add_option("--example", options->example, "Id of the review")->required();
    command->add_option("--out", options->out, "Files to write");
    command->add_flag("--generated", options->generated,
                      "On a text that the model writes, instead of the user's own");
    options->controls.declare(*command);
    options->prompt.declare(*command);
    declareGeneration(*command, options->generation);
    options->machine.declare(*command);
    command->callback([options, &context] {
        options->generation.seed = options->machine.seed;
        options->controls.wish.seed = options->machine.seed;
        context.action = [options, &context] { return inspect(*options, context); };
    });
}

} // namespace nextquill::app
