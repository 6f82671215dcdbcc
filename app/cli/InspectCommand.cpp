// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Results.h"
#include "core/workflow/EffectSentences.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/TextSummary.h"
#include "core/workflow/WrittenInspection.h"

#include "app/cli/Commands.h"
#include "app/cli/ControlOptions.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/GenerationOptions.h"
#include "app/cli/InspectOptions.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <utility>

namespace nextquill::app {

namespace {

workflow::Inspection written(const InspectOptions& options, const store::ExampleData& data,
                             model::Decoder& decoder, const std::string& name,
                             const workflow::ExampleSettings& examples, const StopToken& stop)
{
    generate::GenerationSettings generation = options.generation;
    generation.beginning = decoder.tokenizer().encode(options.beginning).ids;
    return workflow::inspectWritten(data, decoder, name, examples, generation, stop);
}

/// Sentences of the text as a whole and of its strongest tokens.
OrderedJson saySentences(const workflow::Inspection& inspection,
                         const workflow::TextSummary& summary, Output& out)
{
    constexpr std::size_t strongest = 3;
    for (const std::string& sentence : workflow::sentencesOf(summary)) {
        out.text(sentence);
    }
    OrderedJson sentences = OrderedJson::array();
    const auto placebo = workflow::placeboVerdictsOf(inspection);
    for (const auto& sentence : workflow::strongestSentences(inspection, strongest, placebo)) {
        out.text(sentence.text());
        sentences.push_back(sentence.text());
    }
    return sentences;
}

int inspectOne(const InspectOptions& options, Context& context)
{
    const workflow::FigureSettings figure = options.figure.settings();
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
    workflow::Inspection inspection =
        options.generated ? written(options, data, *decoder, choice.name, examples, stop)
                          : workflow::inspect(data, *decoder, choice.name, examples, std::nullopt,
                                              /*attribution=*/false, stop, context.out);
    options.controls.measure(*project, historyOf(inspection, data), *decoder, examples, inspection,
                             stop, context.out);
    for (const std::filesystem::path& file : options.out) {
        workflow::writeFigure(inspection, file, figure);
    }
    context.out.text(fmt::format(
        "{} on {}\n{} tokens, mean PCE {:+.4f}, {:.1f} % above {}", inspection.userName,
        inspection.itemTitle, inspection.effects.tokens.size(), inspection.effects.meanPce(),
        100 * inspection.effects.preferenceRatio(static_cast<float>(inspection.threshold)),
        inspection.threshold));
    workflow::TextSummary summary =
        workflow::textSummary(inspection.effects, inspection.text, data.item);
    if (options.wholeText) {
        const auto text = options.generated ? std::optional{inspection.text} : std::nullopt;
        summary.strength =
            workflow::likeliestStrengthOf(data, *decoder, examples, text, stop, context.out);
    }
    OrderedJson document = workflow::toJson(inspection);
    OrderedJson sentences = saySentences(inspection, summary, context.out);
    for (const std::string& sentence : ControlOptions::report(inspection)) {
        context.out.text(sentence);
    }
    if (options.wholeText) {
        document["sentences"] = std::move(sentences);
        document["whole_text"] = workflow::toJson(summary);
    }
    for (const std::filesystem::path& file : options.out) {
        context.out.text(file.string());
    }
    context.out.document(document);
    return exitDone;
}

int inspect(const InspectOptions& options, Context& context)
{
    const bool isOfOne = options.example != 0;
    if (isOfOne == options.isOfMany() || (!options.split.empty() && !options.where.empty())) {
        throw Error{ErrorKind::BadInput, "it is not clear which texts are meant",
                    "the command line", "say one of --example ID, --split NAME, --where FILTER"};
    }
    return isOfOne ? inspectOne(options, context) : inspectMany(options, context);
}

} // namespace

void addInspect(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "inspect", "Heatmaps of one text or many as documents (html svg pdf png tex "
                   "csv json, by the file's name)");
    const auto options = std::make_shared<InspectOptions>();
    command->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    command->add_option("--model", options->model, "Model, run or name")->capture_default_str();
    command->add_option("--example", options->example, "Id of the review");
    command->add_option("--out", options->out, "Files to write; of many texts their folder");
    declareMany(*command, *options);
    options->figure.declare(*command);
    command->add_flag("--generated", options->generated,
                      "On a text that the model writes, instead of the user's own");
    command->add_option("--begin-with", options->beginning, "The text to write begins so")
        ->needs("--generated");
    command->add_flag("--whole-text", options->wholeText,
                      "Also the strength of the history under which the text is most likely; with "
                      "--json the sentences of the text and its item's names and numbers, too");
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
