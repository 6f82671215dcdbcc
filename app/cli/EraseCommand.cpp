// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/store/Erasure.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/import/TimeText.h"

#include "app/cli/CurateCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>

namespace nextquill::app {

namespace {

struct EraseOptions
{
    std::filesystem::path project;
    std::string user;
    bool yes = false;
    bool resume = false;
};

void sayNames(const char* what, const std::vector<std::string>& names, Context& context)
{
    if (!names.empty()) {
        context.out.text(fmt::format("{}: {}", what, fmt::join(names, ", ")));
    }
}

std::string_view stateOfExport(const store::ErasureExport& each)
{
    return !each.isThere    ? "not there any more, or cannot be read"
           : each.byte >= 0 ? "has pieces of the texts; remove it or export it again"
                            : "no piece of the texts was seen (packed files hide theirs)";
}

void say(const store::Erasure& erasure, Context& context)
{
    context.out.text(fmt::format(
        "{} taken out, {} that nobody else wrote about, {}, {} of the undo history, {}",
        counted(erasure.reviews, "review", "reviews"), counted(erasure.items, "item", "items"),
        counted(erasure.rejects, "rejected line", "rejected lines"),
        counted(erasure.changes, "change", "changes"),
        counted(erasure.results, "kept result", "kept results")));
    if (erasure.views > 0) {
        context.out.text(counted(erasure.views, "saved view or funnel", "saved views and funnels") +
                         " with a piece of the texts removed");
    }
    sayNames("removed", erasure.removed, context);
    sayNames("name overwritten in", erasure.masked, context);
    sayNames("splits made anew", erasure.splits, context);
    sayNames("splits of runs, now without the user's examples", erasure.frozenSplits, context);
    for (const store::ErasureExport& each : erasure.exports) {
        context.out.text(fmt::format("exported on {} to {}: {}", store::timeText(each.time),
                                     each.path, stateOfExport(each)));
    }
    sayNames("trained on the user, their weights may tell of the texts", erasure.runs, context);
    context.out.text(fmt::format("looked through {}, {}: {}",
                                 counted(erasure.files, "file", "files"),
                                 counted(erasure.bytes, "byte", "bytes"),
                                 erasure.isFinished() ? "no piece of the texts is left"
                                                      : "pieces of the texts are left in"));
    for (const store::ErasureTrace& trace : erasure.traces) {
        context.out.text(fmt::format("  {}, byte {}", trace.file, trace.byte));
    }
    if (erasure.untraceable > 0) {
        context.out.text(counted(erasure.untraceable, "text was", "texts were") +
                         " too short to be looked for (below 12 bytes)");
    }
    context.out.text("not reached from here: the files that were imported, exports (see above), "
                     "copies and snapshots of the disk, worn-out cells of an SSD");
}

OrderedJson toJson(const store::Erasure& erasure)
{
    OrderedJson traces = OrderedJson::array();
    for (const store::ErasureTrace& trace : erasure.traces) {
        traces.push_back({{"file", trace.file}, {"byte", trace.byte}});
    }
    OrderedJson exports = OrderedJson::array();
    for (const store::ErasureExport& each : erasure.exports) {
        exports.push_back({{"path", each.path},
                           {"time", store::timeText(each.time)},
                           {"there", each.isThere},
                           {"byte", each.byte}});
    }
    return {{"finished", erasure.isFinished()},
            {"reviews", erasure.reviews},
            {"items", erasure.items},
            {"rejects", erasure.rejects},
            {"changes", erasure.changes},
            {"results", erasure.results},
            {"views", erasure.views},
            {"removed", erasure.removed},
            {"masked", erasure.masked},
            {"splits", erasure.splits},
            {"frozen_splits", erasure.frozenSplits},
            {"runs", erasure.runs},
            {"exports", std::move(exports)},
            {"files", erasure.files},
            {"bytes", erasure.bytes},
            {"untraceable", erasure.untraceable},
            {"traces", std::move(traces)}};
}

/// What --yes would do.
int ask(const EraseOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::Histories histories{*project};
    const auto reviews = histories.timeline(histories.userCalled(options.user).id).size();
    context.out.text(fmt::format(
        "This would take {} and {} out of the project for good, with its backups, the undo "
        "history and the results that have these texts. It cannot be undone. Say --yes to do it.",
        options.user, counted(reviews, "review", "reviews")));
    context.out.document({{"finished", false}, {"would_erase", reviews}});
    return exitUsage;
}

int erase(const EraseOptions& options, Context& context)
{
    if (options.resume == !options.user.empty()) {
        throw Error{ErrorKind::BadInput, "either a user or --resume is needed", "data erase",
                    "say --user NAME, or --resume to finish what was begun"};
    }
    if (!options.resume && !options.yes) {
        return ask(options, context);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const StopToken stop = context.interrupt.token();
    const store::Erasure erasure =
        options.resume
            ? store::finishErasures(*project, stop, context.out)
            : store::eraseUser(*project, store::Histories{*project}.userCalled(options.user).id,
                               stop, context.out);
    context.out.endProgress();
    say(erasure, context);
    context.out.document(toJson(erasure));
    if (!erasure.isFinished()) {
        context.out.notice("the erasure is not finished: remove these files, then `nextquill data "
                           "erase PROJECT --resume`");
    }
    return erasure.isFinished() ? exitDone : exitFailed;
}

} // namespace

void addErase(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<EraseOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "erase",
        "Take a user and all that the user wrote out of the project for good, and look through "
        "every file of it for what is left",
        erase);
    command->add_option("--user", options->user, "The user's name, as `data list` has it");
    command->add_flag("--yes", options->yes, "Do it; without this it is only said what would go");
    command->add_flag("--resume", options->resume, "Finish an erasure that was interrupted");
}

} // namespace nextquill::app
