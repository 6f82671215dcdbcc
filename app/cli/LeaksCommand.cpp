// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/curate/Leaks.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/import/TimeText.h"

#include "app/cli/CurateCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace nextquill::app {

namespace {

struct LeaksOptions
{
    std::filesystem::path project;
    std::string split;
    std::int64_t latest = 0; ///< 0: a split's targets
    std::vector<std::string> kinds;
    std::string exclude = "reviews";
    bool fix = false;
    int limit = 20;
    curate::LeakSettings settings;
};

constexpr std::size_t mostOthersListed = 5;

std::string_view sentenceOf(curate::LeakKind kind)
{
    switch (kind) {
    case curate::LeakKind::TextInHistory:
        return "the same words stand in the history";
    case curate::LeakKind::SharedRuns:
        return "most of its runs of words stand in the history";
    case curate::LeakKind::SameItem:
        return "the history has a review of the same item";
    case curate::LeakKind::TimeOrder:
        return "held out, but not later than what the user's training has";
    case curate::LeakKind::OtherUser:
        return "another user wrote the same words";
    }
    return "";
}

curate::LeakSettings settingsOf(const LeaksOptions& options)
{
    curate::LeakSettings settings = options.settings;
    if (!options.kinds.empty()) {
        settings.kinds.clear();
        for (const curate::LeakKind kind : curate::allLeakKinds()) {
            if (std::ranges::find(options.kinds, curate::name(kind)) != options.kinds.end()) {
                settings.kinds.insert(kind);
            }
        }
    }
    return settings;
}

store::Split checkedSplit(store::Project& project, const std::string& name)
{
    const store::Splits splits{project};
    const auto all = splits.all();
    const auto found = name.empty() && !all.empty() ? std::optional{all.back()} : splits.find(name);
    if (!found) {
        throw Error{ErrorKind::BadInput,
                    name.empty() ? std::string{"there is no split yet"}
                                 : "no split is called \"" + name + "\"",
                    project.file().string(),
                    "see `nextquill data stats`, make one with `nextquill data split`, or say "
                    "--latest 5 to look at each user's latest text"};
    }
    return *found;
}

OrderedJson sideJson(const store::Histories& histories, ReviewId id)
{
    OrderedJson json{{"id", number(id)}};
    if (const auto review = histories.findReview(id)) {
        const auto user = histories.findUser(review->user);
        const auto item = histories.findItem(review->item);
        json["user"] = user ? user->name : "";
        json["item"] = item ? item->asin : "";
        json["time"] = store::timeText(review->time);
        json["text"] = review->text;
    }
    return json;
}

void saySide(std::string_view what, const OrderedJson& review, Context& context)
{
    context.out.text(fmt::format("  {:<7} {:>8}  {}  {}  {}\n                   {}", what,
                                 review.value("id", std::int64_t{0}), review.value("user", ""),
                                 review.value("item", ""), review.value("time", ""),
                                 escapedForDisplay(review.value("text", ""), 100)));
}

OrderedJson sayLeak(const curate::Leak& leak, const store::Histories& histories, Context& context)
{
    std::string line = fmt::format("{} ({}): {}", curate::name(leak.kind), store::name(leak.part),
                                   sentenceOf(leak.kind));
    line += leak.kind == curate::LeakKind::SharedRuns ? fmt::format(", {:.1f} %", 100 * leak.share)
                                                      : "";
    line += leak.sameMoment ? ", but of the same moment: in no prompt" : "";
    context.out.text(line);
    const std::vector<ReviewId> others = leak.others();
    OrderedJson target = sideJson(histories, leak.target);
    saySide("target", target, context);
    OrderedJson reviews = OrderedJson::array();
    for (const ReviewId other : others) {
        if (reviews.size() == mostOthersListed) {
            context.out.text(
                fmt::format("          … and {} more", others.size() - reviews.size()));
            break;
        }
        reviews.push_back(sideJson(histories, other));
        saySide("by", reviews.back(), context);
    }
    return {{"kind", curate::name(leak.kind)},
            {"part", store::name(leak.part)},
            {"share", leak.share},
            {"same_moment", leak.sameMoment},
            {"target", std::move(target)},
            {"others", others.size()},
            {"reviews", std::move(reviews)}};
}

OrderedJson sayCounts(const curate::LeakReport& report, Context& context)
{
    OrderedJson json = OrderedJson::object();
    for (const store::LeakCount& count : report.check().counts) {
        const auto& [train, validation, test] = count.ofParts;
        const std::int64_t all = train + validation + test;
        context.out.text(fmt::format(
            "{:>8}  {:<16} {} test, {} validation, {} train{}", all, count.kind, test, validation,
            train,
            count.sameMoment > 0
                ? fmt::format("; {} only by reviews of the same moment", count.sameMoment)
                : std::string{}));
        json[count.kind] = {{"targets", all},
                            {"train", train},
                            {"validation", validation},
                            {"test", test},
                            {"same_moment", count.sameMoment}};
    }
    return json;
}

curate::LeakReport lookForLeaks(store::Project& project, const LeaksOptions& options,
                                const std::optional<store::Split>& split, Context& context)
{
    const curate::LeakSettings settings = settingsOf(options);
    const StopToken stop = context.interrupt.token();
    curate::LeakReport report =
        split ? curate::findLeaks(project, *split, settings, stop, context.out)
              : curate::findLeaksOfLatest(project, options.latest, settings, stop, context.out);
    context.out.endProgress();
    return report;
}

/// For the data card, where the project can be written now.
void keepCheck(const std::filesystem::path& file, const store::Split& split,
               const curate::LeakReport& report, Context& context)
{
    try {
        const auto project = store::Project::open(file, store::OpenMode::ReadWrite);
        store::keepLeakCheck(*project, split, report.check());
    } catch (const Error& failure) {
        context.out.notice(std::string{"the data card will not tell of this check: "} +
                           failure.what());
    }
}

OrderedJson fixed(const LeaksOptions& options, const store::Split& split,
                  const curate::LeakReport& report, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const auto side =
        options.exclude == "targets" ? curate::LeakFix::Targets : curate::LeakFix::Reviews;
    const curate::LeakFixed fixed = curate::fixLeaks(*project, split, report, side);
    const curate::LeakReport left = lookForLeaks(*project, options, fixed.split, context);
    store::keepLeakCheck(*project, fixed.split, left.check());
    context.out.text(fmt::format(
        "excluded {}, and made the split {} anew: {} train, {} validation, {} test; {} left. "
        "`nextquill data undo` takes the exclusion back, `nextquill data split` makes the split "
        "again",
        counted(fixed.excluded, "review", "reviews"), fixed.split.settings.name, fixed.split.train,
        fixed.split.validation, fixed.split.test,
        counted(static_cast<std::int64_t>(left.leaks.size()), "leak is", "leaks are")));
    return {{"excluded", fixed.excluded}, {"digest", fixed.split.digest},
            {"train", fixed.split.train}, {"validation", fixed.split.validation},
            {"test", fixed.split.test},   {"left", left.leaks.size()}};
}

int leaks(const LeaksOptions& options, Context& context)
{
    if (options.fix && options.latest > 0) {
        throw Error{ErrorKind::BadInput, "without a split there is nothing to make anew",
                    "data leaks --latest", "make a split, then say --split NAME --fix"};
    }
    auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    std::optional<store::Split> split;
    if (options.latest == 0) {
        split = checkedSplit(*project, options.split);
    }
    const curate::LeakReport report = lookForLeaks(*project, options, split, context);
    const store::Histories histories{*project};
    OrderedJson listed = OrderedJson::array();
    for (const curate::Leak& leak : report.leaks) {
        if (std::cmp_greater_equal(listed.size(), options.limit)) {
            context.out.text(
                fmt::format("… and {} more (--limit)", report.leaks.size() - listed.size()));
            break;
        }
        listed.push_back(sayLeak(leak, histories, context));
    }
    context.out.text(fmt::format("{} of {}: {}", counted(report.targets, "target", "targets"),
                                 counted(report.users, "user", "users"),
                                 split ? "split " + split->settings.name
                                       : std::string{"the latest text of each"}));
    OrderedJson json{{"split", split ? OrderedJson(split->settings.name) : OrderedJson(nullptr)},
                     {"digest", split ? OrderedJson(split->digest) : OrderedJson(nullptr)},
                     {"users", report.users},
                     {"targets", report.targets},
                     {"held_out", report.heldOut},
                     {"kinds", sayCounts(report, context)},
                     {"not_last", report.notLast},
                     {"listed", std::move(listed)}};
    if (split && report.notLast > 0) {
        context.out.text(fmt::format(
            "{} of {} held-out targets are not later than all that is trained on, of any user: "
            "with every split but by-time some are",
            report.notLast, report.heldOut));
    }
    project.reset();
    if (options.fix) {
        json["fixed"] = fixed(options, *split, report, context);
    } else if (split) {
        keepCheck(options.project, *split, report, context);
    }
    context.out.document(json);
    return exitDone;
}

} // namespace

void addLeaks(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<LeaksOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "leaks",
        "Targets of a split that are given away: by the user's own history, by the order of time, "
        "or by what another user wrote; lists them, or excludes what gives them away",
        leaks);
    CLI::Option* const split =
        command->add_option("--split", options->split, "The split; without it the newest");
    command
        ->add_option("--latest", options->latest,
                     "No split: the latest review of each user with at least so many")
        ->check(CLI::PositiveNumber)
        ->excludes(split);
    command
        ->add_option("--kinds", options->kinds,
                     "What to look for, of text-in-history, shared-runs, same-item, time-order, "
                     "other-user [all]")
        ->delimiter(',')
        ->check(CLI::IsMember(
            {"text-in-history", "shared-runs", "same-item", "time-order", "other-user"}));
    curate::LeakSettings& settings = options->settings;
    command
        ->add_option("--threshold", settings.threshold,
                     "shared-runs: more than this share of the target's runs of words")
        ->check(CLI::Range(0.0, 0.99))
        ->capture_default_str();
    command->add_option("--run", settings.runWords, "Words of a run")
        ->check(CLI::Range(1, 50))
        ->capture_default_str();
    command->add_option("--min-words", settings.minimumWords, "Shorter texts are left alone")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_flag("--fix", options->fix,
                      "Exclude one side, as one step that can be undone, and make the split anew");
    command
        ->add_option("--exclude", options->exclude,
                     "With --fix: reviews (those that give a target away), or targets")
        ->check(CLI::IsMember({"reviews", "targets"}))
        ->capture_default_str();
    command->add_option("--limit", options->limit, "Leaks to list at most")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
}

} // namespace nextquill::app
