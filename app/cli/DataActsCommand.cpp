// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/table/TableCuration.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/TableCommands.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <optional>

namespace nextquill::app {

namespace {

struct ActOptions
{
    std::filesystem::path project;
    RowOptions rows;
    bool include = false;
    bool remove = false;
    std::string tag;
    std::optional<int> key;
    std::string into;
    std::vector<std::string> users;
    std::int64_t review = 0;
    std::optional<std::string> text;
    std::optional<std::string> title;
    std::optional<double> rating;
};

int say(const store::StepResult& step, Context& context)
{
    context.out.endProgress();
    context.out.text(step.step == 0 ? "nothing to change" : step.what);
    context.out.document({{"step", step.step == 0 ? OrderedJson(nullptr) : OrderedJson(step.what)},
                          {"id", step.step},
                          {"changes", step.changes}});
    return exitDone;
}

int exclude(const ActOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const store::Selection selection = options.rows.selection();
    store::TableCuration curation{*project};
    const StopToken stop = context.interrupt.token();
    return say(options.include ? curation.include(selection, stop, context.out)
                               : curation.exclude(selection, stop, context.out),
               context);
}

int tag(const ActOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    store::TableCuration curation{*project};
    if (options.key) {
        curation.setTagKey(options.tag, *options.key);
        if (options.rows.ids.empty() && options.rows.where.empty()) {
            context.out.text(fmt::format("key {} sets the tag \"{}\"", *options.key, options.tag));
            context.out.document({{"tag", options.tag}, {"key", *options.key}});
            return exitDone;
        }
    }
    const store::Selection selection = options.rows.selection();
    const StopToken stop = context.interrupt.token();
    return say(options.remove ? curation.untag(selection, options.tag, stop, context.out)
                              : curation.tag(selection, options.tag, stop, context.out),
               context);
}

int listTags(const ActOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    OrderedJson tags = OrderedJson::array();
    for (const store::Tag& known : store::TableCuration{*project}.tags()) {
        context.out.text(fmt::format("{:<32} {:>8} reviews{}", escapedForDisplay(known.name),
                                     known.reviews,
                                     known.key > 0 ? fmt::format("  key {}", known.key) : ""));
        tags.push_back({{"tag", known.name}, {"reviews", known.reviews}, {"key", known.key}});
    }
    if (tags.empty()) {
        context.out.text("no review has a tag");
    }
    context.out.document({{"tags", std::move(tags)}});
    return exitDone;
}

int remove(const ActOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    return say(store::TableCuration{*project}.remove(options.rows.selection(),
                                                     context.interrupt.token(), context.out),
               context);
}

int merge(const ActOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const store::Histories histories{*project};
    const auto idOf = [&](const std::string& name) { return histories.userCalled(name).id; };
    std::vector<UserId> users;
    for (const std::string& name : options.users) {
        users.push_back(idOf(name));
    }
    return say(store::TableCuration{*project}.mergeUsers(users, idOf(options.into),
                                                         context.interrupt.token(), context.out),
               context);
}

int edit(const ActOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    store::TableCuration curation{*project};
    const ReviewId review{options.review};
    OrderedJson steps = OrderedJson::array();
    const auto note = [&](const store::StepResult& step) {
        if (step.step != 0) {
            context.out.text(step.what);
            steps.push_back(step.what);
        }
    };
    if (options.text) {
        note(curation.setText(review, *options.text));
    }
    if (options.title) {
        note(curation.setTitle(review, *options.title));
    }
    if (options.rating) {
        note(curation.setRating(review, *options.rating));
    }
    if (steps.empty()) {
        context.out.text("nothing to change");
    }
    context.out.document({{"steps", std::move(steps)}});
    return exitDone;
}

void addTagCommands(CLI::App& data, const std::shared_ptr<ActOptions>& options, Context& context)
{
    CLI::App* const tags = addProjectCommand(data, options, context, "tag",
                                             "Give reviews a name to find them by", tag);
    tags->add_option("TAG", options->tag, "Its name")->required();
    options->rows.declare(*tags, "Reviews (or users, items) by id");
    tags->add_flag("--remove", options->remove, "Take it from them instead");
    tags->add_option("--key", options->key, "Key 1-9 that sets it while reading; 0: none")
        ->check(CLI::Range(0, 9));
    addProjectCommand(data, options, context, "tags", "The tags there are", listTags);
}

} // namespace

void addDataActs(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<ActOptions>();
    CLI::App* const out = addProjectCommand(data, options, context, "exclude",
                                            "Take reviews out of histories and splits", exclude);
    options->rows.declare(*out, "Reviews (or users, items) by id");
    out->add_flag("--include", options->include, "Take them back in");
    addTagCommands(data, options, context);
    CLI::App* const gone =
        addProjectCommand(data, options, context, "delete",
                          "Take reviews out of every table, until it is undone", remove);
    options->rows.declare(*gone, "Reviews (or users, items) by id");
    CLI::App* const merged = addProjectCommand(data, options, context, "merge",
                                               "Give users' reviews to one of them", merge);
    merged->add_option("USER", options->users, "Those who are merged")->required();
    merged->add_option("--into", options->into, "Who stays")->required();
    CLI::App* const edits = addProjectCommand(data, options, context, "edit",
                                              "Change a review's text, title or rating", edit);
    edits->add_option("REVIEW", options->review, "Its id")->required();
    edits->add_option("--text", options->text, "The new text");
    edits->add_option("--title", options->title, "The new title");
    edits->add_option("--rating", options->rating, "The new rating");
}

} // namespace nextquill::app
