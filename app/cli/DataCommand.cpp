// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/store/import/Importer.h"

#include "app/cli/Commands.h"
#include "app/cli/CurateCommands.h"
#include "app/cli/DataCommands.h"
#include "app/cli/ExchangeCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/PromptCommands.h"

#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <memory>

namespace nextquill::app {

namespace {

struct DataOptions
{
    std::filesystem::path project;
    std::string user;
    std::string search;
    int limit = 20;
    std::int64_t after = 0;
    std::string rule = "leave-last-out";
    store::SplitSettings split;
    std::vector<std::int64_t> reviews;
    bool include = false;
    bool newVersion = false;
};

std::unique_ptr<store::Project> open(const DataOptions& options, store::OpenMode mode)
{
    return store::Project::open(options.project, mode);
}

OrderedJson toJson(const store::Split& split)
{
    return {{"name", split.settings.name},    {"train", split.train},
            {"validation", split.validation}, {"test", split.test},
            {"digest", split.digest},         {"frozen", split.frozen}};
}

int stats(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadOnly);
    const store::Counts counts = store::Histories{*project}.counts();
    OrderedJson splits = OrderedJson::array();
    context.out.text(fmt::format("users    {}\nitems    {}\nreviews  {}\nexcluded {}\nrejects  {}",
                                 counts.users, counts.items, counts.reviews, counts.excluded,
                                 counts.rejects));
    for (const store::Split& split : store::Splits{*project}.all()) {
        context.out.text(fmt::format("split    {}: {} train, {} validation, {} test{}",
                                     split.settings.name, split.train, split.validation, split.test,
                                     split.frozen ? ", frozen" : ""));
        splits.push_back(toJson(split));
    }
    context.out.document({{"users", counts.users},
                          {"items", counts.items},
                          {"reviews", counts.reviews},
                          {"excluded", counts.excluded},
                          {"rejects", counts.rejects},
                          {"splits", std::move(splits)}});
    return exitDone;
}

void sayReview(const store::ReviewRow& row, Context& context, OrderedJson& rows)
{
    const store::Review& review = row.review;
    context.out.text(fmt::format(
        "{:>8}  {}  {}  {}{}\n          {}", number(review.id), row.userName, review.rating,
        row.itemTitle, review.excluded ? "  (excluded)" : "", escapedForDisplay(review.text, 160)));
    rows.push_back({{"id", number(review.id)},
                    {"user", row.userName},
                    {"item", row.itemTitle},
                    {"rating", review.rating},
                    {"title", review.title},
                    {"text", review.text},
                    {"time", review.time},
                    {"excluded", review.excluded}});
}

int sayReviews(const std::vector<store::ReviewRow>& reviews, Context& context)
{
    OrderedJson rows = OrderedJson::array();
    for (const store::ReviewRow& row : reviews) {
        sayReview(row, context, rows);
    }
    context.out.document({{"reviews", std::move(rows)}});
    return exitDone;
}

int list(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadOnly);
    const store::Histories histories{*project};
    if (!options.user.empty()) {
        const auto user = histories.findUser(options.user);
        if (!user) {
            throw Error{ErrorKind::BadInput, "no user is called \"" + options.user + "\"",
                        options.project.string(), "see `nextquill data list`"};
        }
        return sayReviews(histories.timeline(user->id), context);
    }
    OrderedJson rows = OrderedJson::array();
    for (const store::User& user : histories.users({.limit = options.limit})) {
        context.out.text(
            fmt::format("{:<32} {:>5} reviews, {:>5.0f} words on average, rating {:.1f}", user.name,
                        user.reviews, user.meanWords, user.meanRating));
        rows.push_back({{"user", user.name},
                        {"reviews", user.reviews},
                        {"mean_words", user.meanWords},
                        {"mean_rating", user.meanRating}});
    }
    context.out.document({{"users", std::move(rows)}});
    return exitDone;
}

int search(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadOnly);
    return sayReviews(
        store::Histories{*project}.reviews({.search = options.search, .limit = options.limit}),
        context);
}

int split(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadWrite);
    store::SplitSettings settings = options.split;
    settings.rule = options.rule == "by-user"   ? store::SplitRule::ByUser
                    : options.rule == "by-time" ? store::SplitRule::ByTime
                                                : store::SplitRule::LeaveLastOut;
    store::Splits splits{*project};
    const store::Split made =
        options.newVersion ? splits.createVersion(settings) : splits.create(settings);
    context.out.text(fmt::format("split {}: {} train, {} validation, {} test; digest {}",
                                 made.settings.name, made.train, made.validation, made.test,
                                 made.digest.substr(0, 16)));
    context.out.document(toJson(made));
    return exitDone;
}

int listRejects(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadOnly);
    OrderedJson rows = OrderedJson::array();
    for (const store::Reject& reject : store::rejects(*project, options.after, options.limit)) {
        context.out.text(fmt::format("{}, line {}, byte {}: {}\n    {}", reject.file, reject.line,
                                     reject.byte, reject.reason,
                                     escapedForDisplay(reject.text, 120)));
        rows.push_back({{"file", reject.file},
                        {"line", reject.line},
                        {"byte", reject.byte},
                        {"reason", reject.reason},
                        {"text", reject.text}});
    }
    context.out.document({{"rejects", std::move(rows)}});
    return exitDone;
}

int exclude(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadWrite);
    std::vector<ReviewId> ids;
    for (const std::int64_t id : options.reviews) {
        ids.push_back(ReviewId{id});
    }
    const std::string what =
        fmt::format("{} {} reviews", options.include ? "Include" : "Exclude", ids.size());
    store::Histories{*project}.setExcluded(ids, !options.include, what);
    context.out.text(what);
    context.out.document({{"step", what}});
    return exitDone;
}

int undo(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadWrite);
    const auto step = store::Histories{*project}.undo();
    context.out.text(step ? "undone: " + *step : "nothing to undo");
    context.out.document({{"undone", step ? OrderedJson(*step) : OrderedJson(nullptr)}});
    return exitDone;
}

void addSplit(CLI::App& data, const std::shared_ptr<DataOptions>& options, Context& context)
{
    CLI::App* const command = addProjectCommand(data, options, context, "split",
                                                "Choose what trains, validates and tests", split);
    store::SplitSettings& settings = options->split;
    command->add_option("--name", settings.name, "Its name")->capture_default_str();
    command->add_option("--rule", options->rule, "How it is made")
        ->check(CLI::IsMember({"leave-last-out", "by-user", "by-time"}))
        ->capture_default_str();
    command->add_option("--min-history", settings.minimumHistory, "Earlier reviews of a target")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--min-words", settings.minimumWords, "Words of a target")
        ->capture_default_str();
    command->add_option("--max-targets", settings.maximumTargetsPerUser, "Per user; 0: all")
        ->capture_default_str();
    command->add_option("--validation", settings.validationShare, "Share (by-user, by-time)")
        ->check(CLI::Range(0.0, 0.9))
        ->capture_default_str();
    command->add_option("--test", settings.testShare, "Share (by-user, by-time)")
        ->check(CLI::Range(0.0, 0.9))
        ->capture_default_str();
    command->add_flag("--new-version", options->newVersion,
                      "Keep one of that name: this one is NAME@2, NAME@3 …");
    command->add_option("--seed", settings.seed, "Of the draw")->capture_default_str();
}

} // namespace

void addData(CLI::App& app, Context& context)
{
    CLI::App* const data = app.add_subcommand("data", "Look at and curate a project's histories");
    data->require_subcommand(1);
    const auto options = std::make_shared<DataOptions>();
    addProjectCommand(*data, options, context, "stats", "Counts and splits", stats);
    CLI::App* const lists =
        addProjectCommand(*data, options, context, "list", "Users, or one user's reviews", list);
    lists->add_option("--user", options->user, "Reviews of this user, newest first");
    lists->add_option("--limit", options->limit, "Rows at most")->check(CLI::Range(1, 1'000'000));
    CLI::App* const finds =
        addProjectCommand(*data, options, context, "search",
                          "Reviews with words, \"phrases\", prefix*, AND OR NOT", search);
    finds->add_option("WORDS", options->search, "What to find")->required();
    finds->add_option("--limit", options->limit, "Rows at most")->check(CLI::Range(1, 1'000'000));
    addSplit(*data, options, context);
    addDataDiff(*data, context);
    addDataExport(*data, context);
    addDataShow(*data, context);
    addRecipeCommands(*data, context);
    CLI::App* const bad = addProjectCommand(*data, options, context, "rejects",
                                            "Lines that were not taken", listRejects);
    bad->add_option("--after", options->after, "Go on behind this row");
    bad->add_option("--limit", options->limit, "Rows at most")->check(CLI::Range(1, 1'000'000));
    CLI::App* const out = addProjectCommand(*data, options, context, "exclude",
                                            "Take reviews out of histories and splits", exclude);
    out->add_option("REVIEW", options->reviews, "Their ids")->required();
    out->add_flag("--include", options->include, "Take them back in");
    addDataMarkup(*data, context);
    addProjectCommand(*data, options, context, "undo", "Take the newest curation step back", undo);
    addDedup(*data, context);
    addErase(*data, context);
    addDataPrompt(*data, context);
    addDataTemplate(*data, context);
    addDataSimilar(*data, context);
}

} // namespace nextquill::app
