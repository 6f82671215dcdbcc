// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/curate/Redaction.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/table/FilterExpression.h"

#include "app/cli/CurateCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct RedactOptions
{
    std::filesystem::path project;
    std::vector<std::string> kinds{"email", "phone", "url", "user"};
    std::string user;
    std::string search;
    std::string where;
    bool dryRun = false;
    std::size_t examples = 5;
    std::int64_t commonNameTexts = curate::RedactionSettings{}.commonNameTexts;
};

std::string counted(std::int64_t count, const char* one)
{
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

curate::RedactionSettings settingsFor(const RedactOptions& options, store::Project& project)
{
    curate::RedactionSettings settings;
    settings.kinds.clear();
    for (const curate::PersonalKind kind : curate::allPersonalKinds) {
        for (const std::string& name : options.kinds) {
            if (name == curate::nameOf(kind)) {
                settings.kinds.insert(kind);
            }
        }
    }
    settings.commonNameTexts = options.commonNameTexts;
    settings.examples = options.examples;
    settings.where = store::FilterExpression::parse(store::TableKind::Reviews, options.where);
    if (!options.search.empty()) {
        settings.where.setSearch(options.search);
    }
    if (!options.user.empty()) {
        static_cast<void>(store::Histories{project}.userCalled(options.user)); // or says so
        settings.where.set("user", store::onlyThis(options.user));
    }
    return settings;
}

OrderedJson countsJson(const std::map<curate::PersonalKind, curate::PersonalCount>& counts,
                       const std::set<curate::PersonalKind>& kinds)
{
    OrderedJson json = OrderedJson::object();
    for (const curate::PersonalKind kind : kinds) {
        const auto found = counts.find(kind);
        const curate::PersonalCount count =
            found == counts.end() ? curate::PersonalCount{} : found->second;
        json[std::string{curate::nameOf(kind)}] = {
            {"places", count.places}, {"reviews", count.reviews}, {"users", count.users}};
    }
    return json;
}

OrderedJson namesJson(const std::vector<curate::FoundName>& names)
{
    OrderedJson json = OrderedJson::array();
    for (const curate::FoundName& name : names) {
        json.push_back({{"name", name.name}, {"texts", name.texts}});
    }
    return json;
}

OrderedJson examplesJson(const std::vector<curate::PersonalExample>& examples)
{
    OrderedJson json = OrderedJson::array();
    for (const curate::PersonalExample& example : examples) {
        json.push_back({{"kind", curate::nameOf(example.kind)},
                        {"review", number(example.review)},
                        {"user", example.userName},
                        {"field", example.inTitle ? "title" : "text"},
                        {"before", example.before},
                        {"after", example.after}});
    }
    return json;
}

void sayNames(const char* what, const std::vector<curate::FoundName>& names, Context& context)
{
    std::string list;
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
        list += fmt::format("{}{} ({})", i == 0 ? "" : ", ", escapedForDisplay(names[i].name, 40),
                            counted(names[i].texts, "text"));
    }
    if (!names.empty()) {
        context.out.text(fmt::format("{}: {}{}", what, list, names.size() > most ? ", …" : ""));
    }
}

void say(const curate::RedactionReport& report, const curate::RedactionSettings& settings,
         bool dryRun, Context& context)
{
    for (const curate::PersonalExample& example : report.examples) {
        context.out.text(fmt::format("{:>8}  {}\n       →  {}", number(example.review),
                                     escapedForDisplay(example.before),
                                     escapedForDisplay(example.after)));
    }
    context.out.text(fmt::format("{:<8}{:>10}{:>10}{:>10}{}", "", "places", "reviews", "users",
                                 dryRun ? "" : "      left"));
    for (const curate::PersonalKind kind : settings.kinds) {
        const auto found = report.found.find(kind);
        const auto left = report.left.find(kind);
        const curate::PersonalCount count =
            found == report.found.end() ? curate::PersonalCount{} : found->second;
        context.out.text(fmt::format(
            "{:<8}{:>10}{:>10}{:>10}{}", curate::nameOf(kind), count.places, count.reviews,
            count.users,
            dryRun ? std::string{}
                   : fmt::format("{:>10}", left == report.left.end() ? 0 : left->second.places)));
    }
    sayNames("names masked", report.names, context);
    sayNames("names left alone, since they stand in so many texts as words do", report.leftAlone,
             context);
    if (dryRun) {
        context.out.text(fmt::format("{} of {} would be changed; nothing was. A best effort: what "
                                     "has another shape is not found.",
                                     report.withAny, counted(report.reviews, "review")));
        return;
    }
    context.out.text(fmt::format(
        "{} changed, of {} looked at. A best effort: what has another shape is not found.",
        counted(report.changed, "review"), report.reviews));
    if (report.changed > 0) {
        context.out.text("The texts as they were stay in the undo history (`nextquill data undo` "
                         "brings them back) and in backups; rejected lines and imported files are "
                         "as they were.");
    }
}

int redact(const RedactOptions& options, Context& context)
{
    const auto project = store::Project::open(
        options.project, options.dryRun ? store::OpenMode::ReadOnly : store::OpenMode::ReadWrite);
    const curate::RedactionSettings settings = settingsFor(options, *project);
    const StopToken stop = context.interrupt.token();
    const curate::RedactionReport report =
        options.dryRun ? curate::findPersonalData(*project, settings, stop, context.out)
                       : curate::redact(*project, settings, stop, context.out);
    context.out.endProgress();
    say(report, settings, options.dryRun, context);
    OrderedJson document{{"reviews", report.reviews},
                         {"with_any", report.withAny},
                         {"changed", report.changed},
                         {"found", countsJson(report.found, settings.kinds)}};
    if (!options.dryRun) {
        document["left"] = countsJson(report.left, settings.kinds);
    }
    document["names"] = namesJson(report.names);
    document["names_left_alone"] = namesJson(report.leftAlone);
    document["examples"] = examplesJson(report.examples);
    context.out.document(document);
    return exitDone;
}

} // namespace

void addRedact(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<RedactOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "redact",
        "Mask e-mail addresses, phone numbers, web addresses and names of users in titles and "
        "texts, as one step that can be undone. A best effort, by the shape of what is written",
        redact);
    command->add_option("--kinds", options->kinds, "What to mask, by commas")
        ->delimiter(',')
        ->check(CLI::IsMember({"email", "phone", "url", "user"}))
        ->capture_default_str();
    command->add_flag("--dry-run", options->dryRun, "Say what would be masked; change nothing");
    command->add_option("--user", options->user, "Reviews of this user alone");
    command->add_option("--search", options->search,
                        "Reviews with words, \"phrases\", prefix*, AND OR NOT, as `data search`");
    command->add_option("--where", options->where,
                        "Reviews that this filter matches, as `data list --where`");
    command
        ->add_option("--common-name", options->commonNameTexts,
                     "A user's name that stands in more texts than this (and than one in a "
                     "hundred) is a word, and left alone; 0: no name is")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--examples", options->examples, "To show of each kind")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
}

} // namespace nextquill::app
