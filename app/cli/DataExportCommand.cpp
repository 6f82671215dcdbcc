// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/Recipe.h"
#include "core/store/export/Exporter.h"
#include "core/store/funnel/Funnels.h"

#include "app/cli/ExchangeCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace nextquill::app {

namespace {

struct DataExportOptions
{
    std::filesystem::path project;
    std::filesystem::path to;
    std::filesystem::path recipe;
    std::string format;
    std::string user;
    std::string item;
    std::string search;
    std::optional<double> minimumRating;
    std::optional<double> maximumRating;
    std::string split;
    std::vector<std::string> parts;
    std::string funnel;
    std::string where;
    std::vector<std::string> columns;
    int lampTask = 7;
    std::string longLampTask = "product_review";
    bool withExcluded = false;
    bool pseudonyms = false;
    std::filesystem::path key;
    bool force = false;
};

const std::map<std::string, store::ExportFormat> exportFormats{
    {"jsonl", store::ExportFormat::Jsonl},     {"lamp", store::ExportFormat::Lamp},
    {"hf", store::ExportFormat::HuggingFace},  {"longlamp", store::ExportFormat::LongLamp},
    {"parquet", store::ExportFormat::Parquet}, {"csv", store::ExportFormat::Csv}};

const std::map<std::string, store::SplitPart> splitParts{
    {"train", store::SplitPart::Train},
    {"validation", store::SplitPart::Validation},
    {"test", store::SplitPart::Test}};

template<typename Value>
std::vector<std::string> keysOf(const std::map<std::string, Value>& values)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : values) {
        names.push_back(name);
    }
    return names;
}

store::ExportFormat exportFormatOf(const DataExportOptions& options)
{
    std::string name = options.format;
    if (name.empty()) {
        const std::string ending = options.to.extension().string();
        name = ending.empty() ? "" : ending.substr(1);
    }
    const auto found = exportFormats.find(name);
    if (found == exportFormats.end()) {
        throw Error{
            ErrorKind::BadInput, "the name does not say in which format it is to be",
            options.to.string(),
            "let it end in .jsonl, .csv or .parquet, or give --format lamp, longlamp or hf for "
            "a folder"};
    }
    return found->second;
}

store::ReviewFilter exportFilterOf(const DataExportOptions& options,
                                   const store::Histories& histories)
{
    store::ReviewFilter filter{.minimumRating = options.minimumRating,
                               .maximumRating = options.maximumRating,
                               .search = options.search,
                               .withExcluded = options.withExcluded};
    if (!options.user.empty()) {
        filter.user = histories.userCalled(options.user).id;
    }
    if (!options.item.empty()) {
        filter.item = histories.itemWithKey(options.item).id;
    }
    return filter;
}

std::optional<store::Funnel> exportFunnelOf(const DataExportOptions& options,
                                            store::Project& project)
{
    if (options.funnel.empty()) {
        return std::nullopt;
    }
    auto funnel = store::Funnels{project}.find(options.funnel);
    if (!funnel) {
        throw Error{ErrorKind::BadInput, "no funnel is called \"" + options.funnel + "\"",
                    options.project.string(), "see `nextquill data funnel PROJECT`"};
    }
    return funnel;
}

std::optional<store::Selection> exportSelectionOf(const DataExportOptions& options)
{
    if (options.where.empty()) {
        return std::nullopt;
    }
    return store::Selection::everything(
        store::FilterExpression::parse(store::TableKind::Reviews, options.where));
}

/// The name was checked.
store::LongLampTask longLampTaskOf(const DataExportOptions& options)
{
    const auto names = store::longLampTaskNames();
    const auto found = std::ranges::find(names, options.longLampTask);
    return static_cast<store::LongLampTask>(std::distance(names.begin(), found));
}

std::optional<std::string> pseudonymKeyFor(const DataExportOptions& options,
                                           const store::Project& project)
{
    if (options.key.empty()) {
        return options.pseudonyms ? std::optional{store::pseudonymKeyOf(project)} : std::nullopt;
    }
    std::string key = readFile(options.key, 4'096);
    key.resize(key.find_last_not_of("\r\n") + 1);
    if (key.empty()) {
        throw Error{ErrorKind::BadInput, "the key is empty", options.key.string(),
                    "write a long secret into the file"};
    }
    return key;
}

void sayExport(const store::ExportResult& result, bool pseudonyms, Context& context)
{
    OrderedJson files = OrderedJson::array();
    context.out.text(fmt::format("{} of {} about {}{}", counted(result.rows, "review", "reviews"),
                                 counted(result.users, "user", "users"),
                                 counted(result.items, "item", "items"),
                                 pseudonyms ? ", users under pseudonyms" : ""));
    if (result.leftOut > 0) {
        context.out.text(counted(result.leftOut, "target is", "targets are") +
                         " left out, for want of what the task asks for");
    }
    for (const store::ExportedFile& file : result.files) {
        context.out.text(fmt::format(
            "{}: {}, {}, SHA-256 {}", file.path.string(), counted(file.rows, "row", "rows"),
            counted(file.bytes, "byte", "bytes"), file.digest.substr(0, 16)));
        files.push_back({{"path", file.path.string()},
                         {"rows", file.rows},
                         {"bytes", file.bytes},
                         {"sha256", file.digest}});
    }
    context.out.document({{"rows", result.rows},
                          {"users", result.users},
                          {"items", result.items},
                          {"left_out", result.leftOut},
                          {"pseudonyms", pseudonyms},
                          {"files", std::move(files)}});
}

int exportRecipe(const DataExportOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const std::int64_t steps =
        store::writeRecipe(*project, options.recipe, options.force, context.interrupt.token());
    context.out.text(options.recipe.string() + ": " + counted(steps, "step", "steps"));
    context.out.document({{"path", options.recipe.string()}, {"steps", steps}});
    return exitDone;
}

int exportData(const DataExportOptions& options, Context& context)
{
    if (!options.recipe.empty()) {
        return exportRecipe(options, context);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    store::ExportSettings settings{
        .format = exportFormatOf(options),
        .filter = exportFilterOf(options, store::Histories{*project}),
        .split = options.split,
        .parts = {},
        .funnel = exportFunnelOf(options, *project),
        .selection = exportSelectionOf(options),
        .columns = options.columns,
        .lampTask = options.lampTask,
        .longLampTask = longLampTaskOf(options),
        .pseudonymKey = pseudonymKeyFor(options, *project),
        .replace = options.force,
    };
    for (const std::string& part : options.parts) {
        settings.parts.push_back(splitParts.at(part));
    }
    const store::ExportResult result = store::exportReviews(*project, options.to, settings,
                                                            context.interrupt.token(), context.out);
    sayExport(result, settings.pseudonymKey.has_value(), context);
    return exitDone;
}

void addSelection(CLI::App& command, DataExportOptions& options)
{
    command.add_option("--user", options.user, "Reviews of this user alone");
    command.add_option("--item", options.item, "Reviews about the item with this key alone");
    command.add_option("--search", options.search,
                       "Reviews with words, \"phrases\", prefix*, AND OR NOT, as `data search`");
    command.add_option("--min-rating", options.minimumRating, "Reviews rated so or better");
    command.add_option("--max-rating", options.maximumRating, "Reviews rated so or worse");
    command.add_flag("--excluded", options.withExcluded, "Excluded reviews, too, marked as such");
    CLI::Option* const split =
        command.add_option("--split", options.split, "Examples of this split alone");
    command.add_option("--part", options.parts, "Of the split; train, validation, test")
        ->check(CLI::IsMember(keysOf(splitParts)))
        ->needs(split)
        ->allow_extra_args(false);
    command.add_option("--funnel", options.funnel, "What passes this funnel alone");
    command.add_option("--where", options.where,
                       "Reviews that this filter matches, as `data list --where`");
}

void addShape(CLI::App& command, DataExportOptions& options)
{
    const auto columns = store::exportColumnNames();
    command
        .add_option("--columns", options.columns,
                    "Columns of jsonl, csv and parquet, as user_id,text; without: all")
        ->check(CLI::IsMember(std::vector<std::string>{columns.begin(), columns.end()}))
        ->delimiter(',')
        ->allow_extra_args(false);
    command
        .add_option("--lamp-task", options.lampTask,
                    "1: which of two items; 2: tag; 3: rating; 4: headline; 5: title; 6: subject; "
                    "7: the text")
        ->check(CLI::Range(1, 7))
        ->capture_default_str();
    const auto tasks = store::longLampTaskNames();
    command.add_option("--longlamp-task", options.longLampTask, "Whose fields longlamp has")
        ->check(CLI::IsMember(std::vector<std::string>{tasks.begin(), tasks.end()}))
        ->capture_default_str();
}

} // namespace

void addDataExport(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<DataExportOptions>();
    CLI::App* const command = addProjectCommand(data, options, context, "export",
                                                "Write reviews for other programs", exportData);
    CLI::Option_group* const what = command->add_option_group("what");
    what->add_option("--to", options->to, "New file, or folder in lamp, longlamp and hf");
    what->add_option("--recipe", options->recipe,
                     "New file for the steps of curation instead, for `data apply`; has user ids "
                     "and edited texts");
    what->require_option(1);
    command
        ->add_option(
            "--format", options->format,
            "jsonl: read again as it is; csv: for spreadsheets; parquet: for DuckDB, pandas and "
            "their like; lamp: a folder with LaMP's questions and outputs; longlamp: a folder with "
            "LongLaMP's rows; hf: a folder for `datasets`; folders have a data card")
        ->check(CLI::IsMember(keysOf(exportFormats)));
    addSelection(*command, *options);
    addShape(*command, *options);
    command->add_flag("--pseudonyms", options->pseudonyms,
                      "Keyed hashes in place of user ids; the key stays in the project's folder");
    command->add_option("--pseudonym-key", options->key, "The same with the key in this file");
    command->add_flag("--force", options->force, "Replace what an export wrote before");
}

} // namespace nextquill::app
