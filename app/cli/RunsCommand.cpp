// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/EventLog.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/store/RunQueueOrder.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/QueueCommands.h"

#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <memory>

namespace nextquill::app {

namespace fs = std::filesystem;

namespace {

using store::RunRow;

struct RunsOptions
{
    fs::path project;
    std::vector<std::string> runs;
    fs::path csv;
};

/// From 1; 0: not in the queue.
using Places = std::map<RunId, int>;

Places placesIn(store::Project& project)
{
    Places places;
    for (const RunRow& row : store::RunQueueOrder{project}.waiting()) {
        const int place = static_cast<int>(places.size()) + 1;
        places.emplace(row.id, place);
    }
    return places;
}

int placeOf(const Places& places, const RunRow& row)
{
    const auto found = places.find(row.id);
    return found == places.end() ? 0 : found->second;
}

OrderedJson toJson(const RunRow& row, const Places& places)
{
    const int place = placeOf(places, row);
    return {
        {"id", number(row.id)},
        {"name", row.name},
        {"state", store::name(row.state)},
        {"objective", row.objective},
        {"model", row.model},
        {"split", row.split},
        {"data_digest", row.dataDigest},
        {"folder", row.folder},
        {"created", row.created},
        {"finished", row.finished},
        {"summary", row.summary},
        {"error", row.error},
        {"queue_place", place > 0 ? OrderedJson(place) : OrderedJson(nullptr)},
        {"own_process", row.ownProcess},
        {"process", row.process.id > 0 ? OrderedJson(nameOf(row.process)) : OrderedJson(nullptr)}};
}

std::string figure(const Json& summary, const char* key)
{
    return summary.contains(key) && summary[key].is_number()
               ? fmt::format("{:.4g}", summary[key].get<double>())
               : "-";
}

int list(const RunsOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    OrderedJson rows = OrderedJson::array();
    const Places places = placesIn(*project);
    context.out.text(fmt::format("{:<24} {:<9} {:>5} {:<15} {:>7} {:>9} {:>9} {:>9}", "name",
                                 "state", "queue", "objective", "steps", "loss", "held-out",
                                 "mean PCE"));
    for (const RunRow& row : store::RunLedger{*project}.all()) {
        context.out.text(fmt::format(
            "{:<24} {:<9} {:>5} {:<15} {:>7} {:>9} {:>9} {:>9}", row.name, store::name(row.state),
            placeOf(places, row) > 0 ? std::to_string(placeOf(places, row)) : "", row.objective,
            figure(row.summary, "step"), figure(row.summary, "loss"),
            figure(row.summary, "held_out_loss"), figure(row.summary, "mean_pce")));
        rows.push_back(toJson(row, places));
    }
    context.out.document({{"runs", std::move(rows)}});
    return exitDone;
}

int show(const RunsOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const RunRow row = store::RunLedger{*project}.get(options.runs.at(0));
    OrderedJson whole = toJson(row, placesIn(*project));
    whole["settings"] = row.settings;
    if (!context.out.json) {
        context.out.line(whole);
    }
    context.out.document(whole);
    return exitDone;
}

/// Settings and figures of several runs, only what differs between them.
int compare(const RunsOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    std::vector<RunRow> rows;
    for (const std::string& run : options.runs) {
        rows.push_back(store::RunLedger{*project}.get(run));
    }
    OrderedJson differing = OrderedJson::object();
    for (const auto& [key, value] : rows.at(0).settings.items()) {
        OrderedJson values = OrderedJson::array();
        bool same = true;
        for (const RunRow& row : rows) {
            values.emplace_back(row.settings.value(key, Json{}));
            same = same && row.settings.value(key, Json{}) == value;
        }
        if (!same) {
            context.out.text(fmt::format("{:<22} {}", key, values.dump()));
            differing[key] = std::move(values);
        }
    }
    OrderedJson summaries = OrderedJson::array();
    for (const RunRow& row : rows) {
        context.out.text(fmt::format("{:<22} {}", row.name, row.summary.dump()));
        summaries.emplace_back(row.summary);
    }
    context.out.document({{"runs", options.runs}, {"settings", differing}, {"summary", summaries}});
    return exitDone;
}

/// Every point of the run, a row per step.
int exportCsv(const RunsOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const RunRow row = store::RunLedger{*project}.get(options.runs.at(0));
    constexpr std::array columns{"step",
                                 "epoch",
                                 "loss",
                                 "loss_main",
                                 "loss_causal",
                                 "mean_pce",
                                 "preference_ratio",
                                 "lr",
                                 "grad_norm",
                                 "tokens",
                                 "tokens_per_second",
                                 "seconds",
                                 "peak_memory_bytes"};
    std::string table = fmt::format("{}\n", fmt::join(columns, ","));
    EventReader reader{project->folder() / row.folder / "events.jsonl"};
    for (const Json& event : reader.poll()) {
        if (event.value("event", "") != "step") {
            continue;
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const Json value = event.value(columns[i], Json{});
            table += (i > 0 ? "," : "") + (value.is_null() ? std::string{} : value.dump());
        }
        table += "\n";
    }
    writeFileAtomically(options.csv, table);
    context.out.text(options.csv.string());
    context.out.document({{"file", options.csv.string()}});
    return exitDone;
}

int remove(const RunsOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::Ledger);
    const RunRow row = store::RunLedger{*project}.get(options.runs.at(0));
    store::RunLedger{*project}.remove(row.id);
    std::error_code failed;
    fs::remove_all(project->folder() / row.folder, failed);
    if (failed) {
        throw Error{ErrorKind::Storage,
                    "the run's folder could not be removed (" + failed.message() + ")",
                    (project->folder() / row.folder).string(), "remove it by hand"};
    }
    context.out.text("deleted " + row.name);
    context.out.document({{"deleted", row.name}});
    return exitDone;
}

} // namespace

void addRuns(CLI::App& app, Context& context)
{
    CLI::App* const runs =
        app.add_subcommand("runs", "The ledger of a project's runs, and its queue");
    runs->require_subcommand(1);
    const auto options = std::make_shared<RunsOptions>();
    addProjectCommand(*runs, options, context, "list", "All runs, newest first", list);
    addProjectCommand(*runs, options, context, "show", "Everything about one run", show)
        ->add_option("RUN", options->runs, "Its name")
        ->required()
        ->expected(1);
    addProjectCommand(*runs, options, context, "compare", "What differs between runs", compare)
        ->add_option("RUN", options->runs, "Their names")
        ->required();
    CLI::App* const points =
        addProjectCommand(*runs, options, context, "export", "Every point of a run", exportCsv);
    points->add_option("RUN", options->runs, "Its name")->required()->expected(1);
    points->add_option("--csv", options->csv, "File to write")->required();
    addProjectCommand(*runs, options, context, "delete", "A run and its folder", remove)
        ->add_option("RUN", options->runs, "Its name")
        ->required()
        ->expected(1);
    addQueueCommands(*runs, context);
    addWatchCommand(*runs, context);
}

} // namespace nextquill::app
