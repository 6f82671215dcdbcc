// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/FigureBatch.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/Inspection.h"

#include <fmt/format.h>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

Inspection inspectOne(const store::ExampleData& data, model::Decoder& decoder,
                      const std::string& modelName, const ExampleSettings& settings,
                      const FigureBatch& batch, const StopToken& stop)
{
    NoProgress quiet;
    std::optional<std::string> text;
    if (batch.generation) {
        text =
            writeText(data, decoder, modelName, true, settings, *batch.generation, stop, {}).text;
    }
    Inspection inspection =
        inspect(data, decoder, modelName, settings, text, batch.hasAttribution, stop, quiet);
    if (batch.generation && !batch.generation->greedy) {
        inspection.seed = batch.generation->seed;
    }
    return inspection;
}

} // namespace

fs::path figureFile(const FigureBatch& batch, ExampleId example)
{
    return batch.folder / fmt::format("example-{}.{}", number(example), batch.extension);
}

FigureBatchResult writeFigures(store::Project& project, std::span<const ExampleId> examples,
                               model::Decoder& decoder, const std::string& modelName,
                               const ExampleSettings& settings, const FigureBatch& batch,
                               const StopToken& stop, Progress& progress)
{
    if (!figureFormat(figureFile(batch, {}))) {
        throw Error{ErrorKind::BadInput, "the figures' format is not known", batch.extension,
                    "choose html, svg, pdf, png, tex, csv or json"};
    }
    validate(batch.figure);
    createFolders(batch.folder);
    const store::Histories histories{project};
    FigureBatchResult result;
    std::int64_t done = 0;
    for (const ExampleId example : examples) {
        progress.report({.done = done++,
                         .total = static_cast<std::int64_t>(examples.size()),
                         .stage = "drawing figures"});
        stopPoint(stop);
        const fs::path file = figureFile(batch, example);
        if (!batch.replaces && fs::exists(file)) {
            ++result.kept;
            continue;
        }
        std::optional<Inspection> inspection;
        try {
            inspection =
                inspectOne(histories.example(example), decoder, modelName, settings, batch, stop);
        } catch (const Error& error) {
            // Only what is wrong with this one example: a full disk or a lost device ends them all.
            if (error.kind() != ErrorKind::BadInput) {
                throw;
            }
            result.skipped.push_back({example, error.what()});
            continue;
        }
        writeFigure(*inspection, file, batch.figure);
        result.written.push_back(file);
    }
    progress.report({.done = done,
                     .total = static_cast<std::int64_t>(examples.size()),
                     .stage = "drawing figures"});
    return result;
}

} // namespace nextquill::workflow
