// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/import/ImportJournal.h"
#include "core/store/import/Importer.h"

#include "app/cli/Commands.h"
#include "app/cli/ImportActions.h"

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
    ImportActions actions;
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
    if (options.actions.asked() > 0) {
        return actOnImport(options.actions, options.project, options.sources, settings, context);
    }
    const auto project = std::filesystem::exists(options.project)
                             ? store::Project::open(options.project, store::OpenMode::ReadWrite)
                             : store::Project::create(options.project);
    for (const store::ImportEntry& entry : store::interruptedImports(*project)) {
        context.out.notice(fmt::format(
            "import {} of {} was interrupted: --resume goes on with it, --roll-back takes it back, "
            "--keep leaves it as it is",
            number(entry.id), escapedForDisplay(entry.files)));
    }
    return sayImport(store::importReviews(*project, options.sources, settings,
                                          context.interrupt.token(), context.out),
                     context);
}

void addActions(CLI::App& command, ImportActions& actions)
{
    command.add_flag("--list", actions.list, "The imports of the project, newest first");
    command.add_flag("--resume", actions.resume,
                     "Go on with an import that was interrupted or stopped");
    command.add_flag("--roll-back", actions.rollBack, "Take out all that an import brought");
    command.add_flag("--keep", actions.keep, "End an interrupted import with what is there");
    CLI::Option* const retry =
        command.add_flag("--retry-rejects", actions.retryRejects,
                         "Read rejected lines again, as --format and --map say now");
    command
        .add_option("--import", actions.import,
                    "The import that this is done with, as --list has it; else the newest one "
                    "that is not done, with --retry-rejects all")
        ->check(CLI::PositiveNumber);
    const auto narrow = [&](const char* option, std::string& into, const char* what) {
        command.add_option(option, into, what)->needs(retry);
    };
    narrow("--reason", actions.rejects.reason, "With --retry-rejects: lines rejected for this");
    narrow("--file", actions.rejects.file, "With --retry-rejects: lines of this file");
    narrow("--contains", actions.rejects.contains,
           "With --retry-rejects: lines whose text contains this");
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
    command->add_option("SOURCE", options->sources,
                        "Review files, - for standard input; with --resume and --retry-rejects "
                        "files that are elsewhere now");
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
    command->add_flag("--no-search-index", options->settings.leavesSearchOut,
                      "Leave the full-text index out of a new project");
    addActions(*command, options->actions);
    command->callback([options, &context] {
        if (options->sources.empty() && options->actions.asked() == 0) {
            throw CLI::RequiredError{"SOURCE"};
        }
        context.action = [options, &context] { return import(*options, context); };
    });
}

} // namespace nextquill::app
