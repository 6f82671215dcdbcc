// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/store/table/TableReader.h"
#include "core/workflow/FigureBatch.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/SplitChoice.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/InspectOptions.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace nextquill::app {

namespace {

std::vector<ExampleId> examplesOfSplit(const InspectOptions& options, store::Project& project)
{
    const store::Split split = workflow::requiredSplit(project, options.split);
    std::vector<ExampleId> examples =
        store::Splits{project}.examples(split.id, workflow::splitPartCalled(options.part));
    if (options.limit > 0 && examples.size() > options.limit) {
        examples.resize(options.limit);
    }
    return examples;
}

std::vector<ExampleId> examplesOfFilter(const InspectOptions& options, store::Project& project,
                                        Context& context)
{
    constexpr int rowsOfPage = 500;
    const store::TableReader reader{project};
    const store::TableQuery query{
        .filter = store::FilterExpression::parse(store::TableKind::Reviews, options.where),
        .columns = {"id"}};
    std::vector<ExampleId> examples;
    store::PageRequest request{.limit = rowsOfPage};
    while (true) {
        const store::TablePage page =
            reader.page(query, request, context.interrupt.token(), context.out);
        for (const store::TableRow& row : page.rows) {
            if (options.limit > 0 && examples.size() == options.limit) {
                return examples;
            }
            examples.push_back(ExampleId{row.id});
        }
        if (page.atEnd || page.rows.empty()) {
            return examples;
        }
        request.from = store::PageFrom::After;
        request.key = page.rows.back().key;
    }
}

workflow::FigureBatch batchOf(const InspectOptions& options)
{
    if (options.out.size() != 1) {
        throw Error{ErrorKind::BadInput, "the figures of many texts need one folder",
                    "the command line", "say --out FOLDER, and --format for what to write there"};
    }
    return {.folder = options.out.front(),
            .extension = options.format,
            .replaces = options.replaces,
            .hasAttribution = options.controls.attribution,
            .generation = options.generated ? std::optional{options.generation} : std::nullopt,
            .figure = options.figure.settings()};
}

OrderedJson documentOf(const workflow::FigureBatchResult& result)
{
    OrderedJson files = OrderedJson::array();
    for (const std::filesystem::path& file : result.written) {
        files.push_back(file.string());
    }
    OrderedJson skipped = OrderedJson::array();
    for (const workflow::FigureSkipped& example : result.skipped) {
        skipped.push_back({{"example", number(example.example)}, {"reason", example.reason}});
    }
    return {{"written", std::move(files)}, {"kept", result.kept}, {"skipped", std::move(skipped)}};
}

} // namespace

void declareMany(CLI::App& command, InspectOptions& options)
{
    command.add_option("--split", options.split, "Instead of one text all of this split's part");
    command.add_option("--part", options.part, "Of the split")
        ->check(CLI::IsMember({"train", "validation", "test"}))
        ->capture_default_str();
    command.add_option("--where", options.where,
                       "Instead of one text all that this filter matches, as `data list --where`");
    command.add_option("--limit", options.limit, "Texts at most; 0: all")->capture_default_str();
    command.add_option("--format", options.format, "Of many texts' figures, example-ID.FORMAT")
        ->check(CLI::IsMember({"html", "svg", "pdf", "png", "tex", "csv", "json"}))
        ->capture_default_str();
    command.add_flag("--replace", options.replaces,
                     "Draw figures again whose file is there; else they are passed over");
}

int inspectMany(const InspectOptions& options, Context& context)
{
    const workflow::FigureBatch batch = batchOf(options);
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const std::vector<ExampleId> examples = options.where.empty()
                                                ? examplesOfSplit(options, *project)
                                                : examplesOfFilter(options, *project, context);
    const workflow::ModelChoice choice = workflow::chooseModel(options.model, project.get());
    const workflow::ExampleSettings settings = options.prompt.forModel(*project, choice);
    const StopToken stop = context.interrupt.token();
    const auto decoder = workflow::loadModel(choice, options.machine.decoder(), stop, context.out);
    const workflow::FigureBatchResult result = workflow::writeFigures(
        *project, examples, *decoder, choice.name, settings, batch, stop, context.out);
    context.out.endProgress();
    context.out.text(fmt::format("{} figures written to {}, {} were there", result.written.size(),
                                 batch.folder.string(), result.kept));
    for (const workflow::FigureSkipped& example : result.skipped) {
        context.out.notice(
            fmt::format("example {} has no figure: {}", number(example.example), example.reason));
    }
    context.out.document(documentOf(result));
    return exitDone;
}

} // namespace nextquill::app
