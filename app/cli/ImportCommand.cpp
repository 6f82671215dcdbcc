// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/import/Importer.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <vector>

namespace nextquill::app {

namespace {

struct ImportOptions
{
    std::filesystem::path project;
    std::vector<std::filesystem::path> sources;
    std::string format = "auto";
    std::vector<std::string> map;
    store::ImportSettings settings;
};

int import(const ImportOptions& options, Context& context)
{
    store::ImportSettings settings = options.settings;
    if (options.format != "auto") {
        settings.format = store::sourceFormat(options.format);
        if (!settings.format) {
            throw Error{ErrorKind::Unsupported, "the format " + options.format + " is not read",
                        "--format",
                        "take auto, amazon-2023, amazon-2018, nextquill, lamp, longlamp, jsonl or "
                        "csv"};
        }
    }
    for (const std::string& assignment : options.map) {
        store::mapField(settings.map, assignment);
    }
    const auto project = std::filesystem::exists(options.project)
                             ? store::Project::open(options.project, store::OpenMode::ReadWrite)
                             : store::Project::create(options.project);
    const store::ImportResult result = store::importReviews(*project, options.sources, settings,
                                                            context.interrupt.token(), context.out);
    context.out.text(fmt::format(
        "{}, reviews: {} read, {} kept, {} already there, {} rejected{}; items: {} new{}",
        store::name(result.format), result.read, result.kept, result.duplicates, result.rejected,
        result.rejected > 0 ? " (see `nextquill data rejects`)" : "", result.items,
        result.itemsCompleted > 0 ? fmt::format(", metadata taken for {}", result.itemsCompleted)
                                  : ""));
    context.out.document({{"format", store::name(result.format)},
                          {"read", result.read},
                          {"kept", result.kept},
                          {"duplicates", result.duplicates},
                          {"rejected", result.rejected},
                          {"items", result.items},
                          {"items_completed", result.itemsCompleted},
                          {"stopped", result.stopped}});
    return result.stopped ? exitInterrupted : exitDone;
}

} // namespace

void addImport(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "import", "Histories into a project; .gz and .zst are read as they are, and the same file "
                  "twice adds nothing");
    const auto options = std::make_shared<ImportOptions>();
    command
        ->add_option("PROJECT", options->project, "Project file (*.nextquill); made when missing")
        ->required();
    command->add_option("SOURCE", options->sources, "Review files, - for standard input")
        ->required();
    command
        ->add_option("--format", options->format,
                     "auto, amazon-2023, amazon-2018, nextquill, lamp, longlamp, jsonl, csv")
        ->capture_default_str();
    command
        ->add_option("--map", options->map,
                     "FIELD=COLUMN for jsonl and csv: where user, text, item, item-title, "
                     "item-description, title, rating and time stand")
        ->allow_extra_args(false);
    command->add_option("--items", options->settings.items, "Files with the items' metadata");
    command
        ->add_option("--max-rejects", options->settings.maximumRejects,
                     "More rejected lines than this: nothing of the import is kept")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->callback([options, &context] {
        context.action = [options, &context] { return import(*options, context); };
    });
}

} // namespace nextquill::app
