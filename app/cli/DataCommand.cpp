// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/Commands.h"
#include "app/cli/CurateCommands.h"
#include "app/cli/DataCommands.h"
#include "app/cli/Distributions.h"
#include "app/cli/ExchangeCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/PromptCommands.h"
#include "app/cli/SplitCommands.h"
#include "app/cli/TableCommands.h"

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
    bool distributions = false;
    std::string model;
};

std::unique_ptr<store::Project> open(const DataOptions& options, store::OpenMode mode)
{
    return store::Project::open(options.project, mode);
}

int stats(const DataOptions& options, Context& context)
{
    const auto project = open(options, store::OpenMode::ReadOnly);
    if (!options.model.empty()) {
        static_cast<void>(workflow::chooseModel(options.model, project.get())); // or says so first
    }
    const store::Counts counts = store::Histories{*project}.counts();
    OrderedJson splits = OrderedJson::array();
    context.out.text(fmt::format("users    {}\nitems    {}\nreviews  {}\nexcluded {}\nrejects  {}",
                                 counts.users, counts.items, counts.reviews, counts.excluded,
                                 counts.rejects));
    if (counts.deleted > 0) {
        context.out.text(fmt::format("deleted  {}", counts.deleted));
    }
    for (const store::Split& split : store::Splits{*project}.all()) {
        context.out.text(fmt::format("split    {}: {} train, {} validation, {} test{}",
                                     split.settings.name, split.train, split.validation, split.test,
                                     split.frozen ? ", frozen" : ""));
        splits.push_back(splitDocument(split));
    }
    OrderedJson document{{"users", counts.users},      {"items", counts.items},
                         {"reviews", counts.reviews},  {"excluded", counts.excluded},
                         {"rejects", counts.rejects},  {"deleted", counts.deleted},
                         {"splits", std::move(splits)}};
    if (options.distributions || !options.model.empty()) {
        document["distributions"] = sayDistributions(*project, options.model, context);
    }
    context.out.document(document);
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
        return sayReviews(histories.timeline(histories.userCalled(options.user).id), context);
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

} // namespace

void addData(CLI::App& app, Context& context)
{
    CLI::App* const data = app.add_subcommand("data", "Look at and curate a project's histories");
    data->require_subcommand(1);
    const auto options = std::make_shared<DataOptions>();
    CLI::App* const counts =
        addProjectCommand(*data, options, context, "stats", "Counts and splits", stats);
    counts->add_flag("--distributions", options->distributions,
                     "Reviews of a user, words, ratings and times of reviews as bars, too");
    counts->add_option("--model", options->model,
                       "The same with the texts' tokens of this model (a sample of 100,000)");
    CLI::App* const lists = addProjectCommand(
        *data, options, context, "list", "Users, one user's reviews, or rows of any table", list);
    lists->add_option("--user", options->user, "Reviews of this user, newest first");
    addRowListing(
        *lists, context, [options, &context] { return list(*options, context); },
        [options](int limit) { options->limit = limit; }, [options] { return options->project; });
    CLI::App* const finds =
        addProjectCommand(*data, options, context, "search",
                          "Reviews with words, \"phrases\", prefix*, AND OR NOT", search);
    finds->add_option("WORDS", options->search, "What to find")->required();
    finds->add_option("--limit", options->limit, "Rows at most")->check(CLI::Range(1, 1'000'000));
    addDataSplit(*data, context);
    addDataFunnel(*data, context);
    addDataDiff(*data, context);
    addDataExport(*data, context);
    addDataShow(*data, context);
    addRecipeCommands(*data, context);
    addRejects(*data, context);
    addDataTable(*data, context);
    addDataActs(*data, context);
    addDataViews(*data, context);
    addDataUndo(*data, context);
    addDataMarkup(*data, context);
    addDedup(*data, context);
    addErase(*data, context);
    addLeaks(*data, context);
    addRedact(*data, context);
    addProfile(*data, context);
    addScreen(*data, context);
    addDataPrompt(*data, context);
    addDataTemplate(*data, context);
    addDataSimilar(*data, context);
}

} // namespace nextquill::app
