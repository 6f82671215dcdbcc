// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/store/funnel/Funnels.h"
#include "core/store/import/TimeText.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/SplitCommands.h"

#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct SplitOptions
{
    std::filesystem::path project;
    store::SplitSettings settings;
    std::string rule = "leave-last-out";
    std::string stratum = "rating";
    std::string items = "any";
    std::string validationFrom;
    std::string testFrom;
    std::string funnel;
    std::string removed;
    bool newVersion = false;
    bool dryRun = false;
};

std::vector<std::string> wordsOf(std::span<const std::string_view> names)
{
    return {names.begin(), names.end()};
}

/// The value of an enumeration whose names stand in its order; the name was checked.
template<typename Enumeration>
Enumeration valueOf(std::span<const std::string_view> names, const std::string& name)
{
    std::size_t at = 0;
    while (at + 1 < names.size() && names[at] != name) {
        ++at;
    }
    return static_cast<Enumeration>(at);
}

std::optional<std::int64_t> timeFrom(const std::string& text, const char* option)
{
    if (text.empty()) {
        return std::nullopt;
    }
    const auto time = store::millisecondsOf(text);
    if (!time) {
        throw Error{ErrorKind::BadInput, "\"" + text + "\" is no time", option,
                    "write a day (2021-08-11), a time of ISO 8601, or milliseconds since 1970"};
    }
    return std::llround(*time);
}

store::SplitSettings settingsOf(const SplitOptions& options, store::Project& project)
{
    store::SplitSettings settings = options.settings;
    settings.rule = valueOf<store::SplitRule>(store::splitRuleNames(), options.rule);
    settings.stratum = valueOf<store::SplitStratum>(store::splitStratumNames(), options.stratum);
    settings.heldOutItems = valueOf<store::SplitItems>(store::splitItemsNames(), options.items);
    settings.validationFrom = timeFrom(options.validationFrom, "--validation-from");
    settings.testFrom = timeFrom(options.testFrom, "--test-from");
    if (!options.funnel.empty()) {
        settings.funnel = store::Funnels{project}.find(options.funnel);
        if (!settings.funnel) {
            throw Error{ErrorKind::BadInput, "no funnel is called \"" + options.funnel + "\"",
                        project.file().string(), "see `nextquill data funnel PROJECT`"};
        }
    }
    return settings;
}

int previewSplit(const SplitOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::SplitPreview found = store::Splits{*project}.preview(
        settingsOf(options, *project), context.interrupt.token(), context.out);
    context.out.text(fmt::format("it would have {} train, {} validation, {} test, of {}",
                                 grouped(found.train), grouped(found.validation),
                                 grouped(found.test), counted(found.users, "user", "users")));
    const std::pair<std::int64_t, const char*> rest[] = {
        {found.shortHistory, "too few earlier ones"},
        {found.shortText, "too few words"},
        {found.notChosen, "left out by funnel, core or item"},
        {found.beyondMaximum, "older than the newest of their user"},
        {found.itemsLeftOut, "held out with an item that is not allowed"},
    };
    for (const auto& [count, why] : rest) {
        if (count > 0) {
            context.out.text(fmt::format("  not {}: {}", counted(count, "review", "reviews"), why));
        }
    }
    context.out.document({{"train", found.train},
                          {"validation", found.validation},
                          {"test", found.test},
                          {"users", found.users},
                          {"short_history", found.shortHistory},
                          {"short_text", found.shortText},
                          {"not_chosen", found.notChosen},
                          {"beyond_maximum", found.beyondMaximum},
                          {"items_left_out", found.itemsLeftOut}});
    return exitDone;
}

int removeSplit(const SplitOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    store::Splits splits{*project};
    const auto split = splits.find(options.removed);
    if (!split) {
        throw Error{ErrorKind::BadInput, "no split is called \"" + options.removed + "\"",
                    project->file().string(), "see `nextquill data stats`"};
    }
    splits.remove(split->id);
    context.out.text("removed: split " + escapedForDisplay(options.removed));
    context.out.document({{"removed", options.removed}});
    return exitDone;
}

int makeSplit(const SplitOptions& options, Context& context)
{
    if (options.dryRun) {
        return previewSplit(options, context);
    }
    if (!options.removed.empty()) {
        return removeSplit(options, context);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const store::SplitSettings settings = settingsOf(options, *project);
    store::Splits splits{*project};
    const StopToken stop = context.interrupt.token();
    const store::Split made = options.newVersion ? splits.createVersion(settings, stop, context.out)
                                                 : splits.create(settings, stop, context.out);
    context.out.endProgress();
    context.out.text(fmt::format("split {}: {} train, {} validation, {} test; digest {}",
                                 made.settings.name, made.train, made.validation, made.test,
                                 made.digest.substr(0, 16)));
    context.out.document(splitDocument(made));
    return exitDone;
}

void addTargetOptions(CLI::App& command, SplitOptions& options)
{
    store::SplitSettings& settings = options.settings;
    const CLI::Range upwards{0, 1'000'000'000};
    command.add_option("--min-history", settings.minimumHistory, "Earlier reviews of a target")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command.add_option("--min-words", settings.minimumWords, "Words of a target")
        ->capture_default_str();
    command.add_option("--max-targets", settings.maximumTargetsPerUser, "Per user; 0: all")
        ->capture_default_str();
    command
        .add_option("--core", settings.core,
                    "Targets of the k-core alone: every user and every item has at least so many "
                    "reviews in it; 0: all")
        ->check(upwards)
        ->capture_default_str();
    command
        .add_option("--min-item-users", settings.minimumItemUsers,
                    "Targets about items that at least so many users reviewed")
        ->check(upwards)
        ->capture_default_str();
    command
        .add_option("--held-out-items", options.items,
                    "Items of what is held out: seen, those that a training target is about, too; "
                    "unseen, new ones")
        ->check(CLI::IsMember(wordsOf(store::splitItemsNames())))
        ->capture_default_str();
    command.add_option("--funnel", options.funnel,
                       "Targets that pass this funnel alone (`data funnel`)");
}

void addRuleOptions(CLI::App& command, SplitOptions& options)
{
    store::SplitSettings& settings = options.settings;
    command.add_option("--rule", options.rule, "How it is made")
        ->check(CLI::IsMember(wordsOf(store::splitRuleNames())))
        ->capture_default_str();
    command
        .add_option("--last", settings.heldOutLast,
                    "Of each user so many test, and as many validate (leave-last-out)")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command.add_option("--validation", settings.validationShare, "Share (but for leave-last-out)")
        ->check(CLI::Range(0.0, 0.9))
        ->capture_default_str();
    command.add_option("--test", settings.testShare, "Share (but for leave-last-out)")
        ->check(CLI::Range(0.0, 0.9))
        ->capture_default_str();
    command.add_option("--validation-from", options.validationFrom,
                       "Time from which targets validate, instead of shares (by-time)");
    command.add_option("--test-from", options.testFrom, "Time from which targets test (by-time)");
    command
        .add_option("--stratify", options.stratum,
                    "What all parts have alike (stratified): rating, length in words, year, or "
                    "activity, the number of the user's reviews")
        ->check(CLI::IsMember(wordsOf(store::splitStratumNames())))
        ->capture_default_str();
    command.add_option("--seed", settings.seed, "Of the draw")->capture_default_str();
}

} // namespace

OrderedJson splitDocument(const store::Split& split)
{
    const store::SplitSettings& settings = split.settings;
    OrderedJson document{{"name", settings.name},  {"rule", store::name(settings.rule)},
                         {"train", split.train},   {"validation", split.validation},
                         {"test", split.test},     {"digest", split.digest},
                         {"frozen", split.frozen}, {"created", split.created}};
    if (settings.funnel) {
        document["funnel"] = settings.funnel->name;
    }
    return document;
}

void addDataSplit(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<SplitOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "split", "Choose what trains, validates and tests", makeSplit);
    command->add_option("--name", options->settings.name, "Its name")->capture_default_str();
    addRuleOptions(*command, *options);
    addTargetOptions(*command, *options);
    command->add_flag("--new-version", options->newVersion,
                      "Keep one of that name: this one is NAME@2, NAME@3 …");
    CLI::Option* const dryRun =
        command->add_flag("--dry-run", options->dryRun, "Say what it would have, and make none");
    command
        ->add_option("--remove", options->removed,
                     "Remove the split of this name instead; one that a run used stays")
        ->excludes(dryRun);
}

} // namespace nextquill::app
