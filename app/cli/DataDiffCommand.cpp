// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/SplitDifference.h"
#include "core/store/import/TimeText.h"

#include "app/cli/ExchangeCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <memory>

namespace nextquill::app {

namespace {

constexpr int rowsOfDiffPage = 1'000;

struct DiffOptions
{
    std::filesystem::path project;
    std::string before;
    std::string after;
    std::int64_t limit = 100;
};

store::Split splitCalled(store::Project& project, const std::string& name)
{
    const auto split = store::Splits{project}.find(name);
    if (!split) {
        throw Error{ErrorKind::BadInput, "no split is called \"" + name + "\"",
                    project.file().string(), "see `nextquill data stats`"};
    }
    return *split;
}

OrderedJson splitSummary(const store::Split& split)
{
    return {{"name", split.settings.name}, {"rule", store::name(split.settings.rule)},
            {"train", split.train},        {"validation", split.validation},
            {"test", split.test},          {"digest", split.digest},
            {"frozen", split.frozen}};
}

void saySplit(const char* sign, const store::Split& split, Context& context)
{
    context.out.text(fmt::format("{} {}: {} train, {} validation, {} test; digest {}{}", sign,
                                 escapedForDisplay(split.settings.name), split.train,
                                 split.validation, split.test, split.digest.substr(0, 16),
                                 split.frozen ? ", frozen" : ""));
}

std::string_view partOrDash(const std::optional<store::SplitPart>& part)
{
    return part ? store::name(*part) : "-";
}

OrderedJson partOrNull(const std::optional<store::SplitPart>& part)
{
    return part ? OrderedJson(store::name(*part)) : OrderedJson(nullptr);
}

/// Calls `take` for up to `limit` rows of all pages; `page` gives what comes behind a row.
template<typename Page, typename Take>
void forPages(std::int64_t limit, const Page& page, const Take& take)
{
    std::int64_t left = limit == 0 ? std::numeric_limits<std::int64_t>::max() : limit;
    while (left > 0) {
        const auto rows = page(static_cast<int>(std::min<std::int64_t>(left, rowsOfDiffPage)));
        for (const auto& row : rows) {
            take(row);
        }
        left = rows.empty() ? 0 : left - static_cast<std::int64_t>(rows.size());
    }
}

OrderedJson sayExamples(const store::SplitComparison& comparison, std::int64_t limit,
                        Context& context)
{
    OrderedJson examples = OrderedJson::array();
    ReviewId last{0};
    forPages(
        limit, [&](int rows) { return comparison.changes(last, rows); },
        [&](const store::SplitChange& change) {
            const char* const sign = !change.before ? "+" : !change.after ? "-" : "~";
            context.out.text(fmt::format(
                "{} {:>8}  {} > {}  {}  {}  {}; {}", sign, number(change.review),
                partOrDash(change.before), partOrDash(change.after), escapedForDisplay(change.user),
                store::timeText(change.time), escapedForDisplay(change.item, 60), change.why));
            examples.push_back({{"review", number(change.review)},
                                {"user", change.user},
                                {"item", change.item},
                                {"time", change.time},
                                {"before", partOrNull(change.before)},
                                {"after", partOrNull(change.after)},
                                {"why", change.why}});
            last = change.review;
        });
    return examples;
}

OrderedJson sayUsers(const store::SplitComparison& comparison, std::int64_t limit, Context& context)
{
    OrderedJson users = OrderedJson::array();
    UserId last{0};
    forPages(
        limit, [&](int rows) { return comparison.users(last, rows); },
        [&](const store::SplitUserChange& change) {
            context.out.text(fmt::format("{} user {}", change.added ? "+" : "-",
                                         escapedForDisplay(change.name)));
            users.push_back(
                {{"user", change.name}, {"change", change.added ? "added" : "removed"}});
            last = change.id;
        });
    return users;
}

int diffSplits(const DiffOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::Split before = splitCalled(*project, options.before);
    const store::Split after = splitCalled(*project, options.after);
    const store::SplitComparison comparison{*project, before.id, after.id};
    const store::SplitDifference difference = comparison.difference();
    saySplit("-", before, context);
    saySplit("+", after, context);
    context.out.text(
        fmt::format("examples: {} in both, {} with another part, {} came in, {} went out; users: "
                    "{} came in, {} went out",
                    difference.kept, difference.moved, difference.added, difference.removed,
                    difference.usersAdded, difference.usersRemoved));
    const bool isSameDigest = before.digest == after.digest;
    if (difference.isNone() && !isSameDigest) {
        context.out.text("the same examples, but a text or a history was changed in between");
    }
    OrderedJson users = sayUsers(comparison, options.limit, context);
    OrderedJson examples = sayExamples(comparison, options.limit, context);
    const std::int64_t changes = difference.added + difference.removed + difference.moved;
    if (options.limit > 0 &&
        std::max(changes, difference.usersAdded + difference.usersRemoved) > options.limit) {
        context.out.notice(
            fmt::format("the first {} of each kind; --limit 0 gives all", options.limit));
    }
    context.out.document({{"before", splitSummary(before)},
                          {"after", splitSummary(after)},
                          {"same_digest", isSameDigest},
                          {"kept", difference.kept},
                          {"moved", difference.moved},
                          {"added", difference.added},
                          {"removed", difference.removed},
                          {"users_added", difference.usersAdded},
                          {"users_removed", difference.usersRemoved},
                          {"users", std::move(users)},
                          {"examples", std::move(examples)}});
    return exitDone;
}

} // namespace

void addDataDiff(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<DiffOptions>();
    CLI::App* const command =
        addProjectCommand(data, options, context, "diff",
                          "What came into a split and what went out, against another", diffSplits);
    command->add_option("A", options->before, "Name of the split before")->required();
    command->add_option("B", options->after, "Name of the split after")->required();
    command->add_option("--limit", options->limit, "Rows of each kind at most; 0: all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
}

} // namespace nextquill::app
