// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ImportActions.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/import/ImportJournal.h"
#include "core/store/import/RejectRetry.h"
#include "core/store/import/TimeText.h"

#include "app/cli/ExitStatus.h"

#include <fmt/format.h>
#include <functional>

namespace nextquill::app {

namespace {

std::string counted(std::int64_t count, const char* one, const char* more)
{
    return fmt::format("{} {}", count, count == 1 ? one : more);
}

const char* nameOf(store::ImportState state)
{
    switch (state) {
    case store::ImportState::GoingOn:
        return "going on";
    case store::ImportState::Interrupted:
        return "interrupted";
    case store::ImportState::Stopped:
        return "stopped";
    case store::ImportState::Done:
        break;
    }
    return "done";
}

OrderedJson toJson(const store::ImportEntry& entry)
{
    return {{"import", number(entry.id)},
            {"state", nameOf(entry.state)},
            {"files", entry.files},
            {"started", store::timeText(entry.started)},
            {"finished", entry.finished == 0 ? OrderedJson(nullptr)
                                             : OrderedJson(store::timeText(entry.finished))},
            {"read", entry.figures.read},
            {"kept", entry.figures.kept},
            {"duplicates", entry.figures.duplicates},
            {"rejected", entry.figures.rejected},
            {"can_resume", entry.whyNoResume.empty()}};
}

int list(const std::filesystem::path& file, Context& context)
{
    const auto project = store::Project::open(file, store::OpenMode::ReadOnly);
    OrderedJson rows = OrderedJson::array();
    for (const store::ImportEntry& entry : store::imports(*project)) {
        context.out.text(
            fmt::format("{:>5}  {}  {:<11}  {}: {} read, {} kept, {} already there, {} rejected",
                        number(entry.id), store::timeText(entry.started), nameOf(entry.state),
                        escapedForDisplay(entry.files), entry.figures.read, entry.figures.kept,
                        entry.figures.duplicates, entry.figures.rejected));
        rows.push_back(toJson(entry));
    }
    context.out.document({{"imports", std::move(rows)}});
    return exitDone;
}

/// The newest import that the action can be done with, or the one that was named.
ImportId chosen(const store::Project& project, std::int64_t named,
                const std::function<bool(const store::ImportEntry&)>& isFit, const char* what)
{
    if (named != 0) {
        return ImportId{named};
    }
    for (const store::ImportEntry& entry : store::imports(project)) {
        if (isFit(entry)) {
            return entry.id;
        }
    }
    throw Error{ErrorKind::BadInput, fmt::format("there is no import to {}", what),
                project.file().string(), "see `nextquill import PROJECT --list`"};
}

bool isOpen(const store::ImportEntry& entry)
{
    return entry.state == store::ImportState::Interrupted ||
           entry.state == store::ImportState::Stopped;
}

int rollBack(store::Project& project, std::int64_t named, Context& context)
{
    const ImportId import = chosen(project, named, isOpen,
                                   "take back (--import N for one that is "
                                   "done)");
    const std::int64_t reviews =
        store::rollBackImport(project, import, context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(fmt::format("import {} is taken back: {} taken out", number(import),
                                 counted(reviews, "review", "reviews")));
    context.out.document({{"import", number(import)}, {"reviews", reviews}});
    return exitDone;
}

int keep(store::Project& project, std::int64_t named, Context& context)
{
    const ImportId import = chosen(project, named, isOpen, "keep as it is");
    store::keepImport(project, import, context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(fmt::format("import {} is kept as it is", number(import)));
    context.out.document({{"import", number(import)}});
    return exitDone;
}

int retry(store::Project& project, const ImportActions& actions,
          const std::vector<std::filesystem::path>& sources, const store::ImportSettings& settings,
          Context& context)
{
    store::RetrySettings again{.import = {},
                               .which = actions.rejects,
                               .format = settings.format,
                               .map = settings.map,
                               .moved = sources};
    if (actions.import != 0) {
        again.import = ImportId{actions.import};
    }
    const store::RetryResult result =
        store::retryRejects(project, again, context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(
        fmt::format("rejected lines: {} tried, {} kept, {} already there, {} rejected again{}",
                    result.tried, result.kept, result.duplicates, result.rejected,
                    result.outOfReach > 0
                        ? fmt::format(", {} not tried (metadata, damage, or the file is gone)",
                                      result.outOfReach)
                        : ""));
    context.out.document({{"tried", result.tried},
                          {"kept", result.kept},
                          {"duplicates", result.duplicates},
                          {"rejected", result.rejected},
                          {"out_of_reach", result.outOfReach},
                          {"stopped", result.stopped}});
    return result.stopped ? exitInterrupted : exitDone;
}

} // namespace

int sayImport(const store::ImportResult& result, Context& context)
{
    context.out.endProgress();
    context.out.text(fmt::format(
        "{}, reviews: {} read, {} kept, {} already there, {} rejected{}; items: {} new{}",
        store::name(result.format), result.read, result.kept, result.duplicates, result.rejected,
        result.rejected > 0 ? " (see `nextquill data rejects`)" : "", result.items,
        result.itemsCompleted > 0 ? fmt::format(", metadata taken for {}", result.itemsCompleted)
                                  : ""));
    context.out.document({{"format", store::name(result.format)},
                          {"read", result.read},
                          {"kept", result.kept},
                          {"duplicates", result.duplicates},
                          {"rejected", result.rejected},
                          {"items", result.items},
                          {"items_completed", result.itemsCompleted},
                          {"stopped", result.stopped}});
    if (result.stopped) {
        context.out.notice("stopped; go on with `nextquill import PROJECT --resume`, or take it "
                           "back with --roll-back");
    }
    return result.stopped ? exitInterrupted : exitDone;
}

int actOnImport(const ImportActions& actions, const std::filesystem::path& file,
                const std::vector<std::filesystem::path>& sources,
                const store::ImportSettings& settings, Context& context)
{
    if (actions.asked() > 1) {
        throw Error{ErrorKind::BadInput, "these cannot be done at once", "import",
                    "say one of --list, --resume, --roll-back, --keep and --retry-rejects"};
    }
    if (actions.list) {
        return list(file, context);
    }
    const auto project = store::Project::open(file, store::OpenMode::ReadWrite);
    if (actions.rollBack) {
        return rollBack(*project, actions.import, context);
    }
    if (actions.keep) {
        return keep(*project, actions.import, context);
    }
    if (actions.retryRejects) {
        return retry(*project, actions, sources, settings, context);
    }
    const ImportId import = chosen(*project, actions.import, isOpen, "go on with");
    return sayImport(
        store::resumeImport(*project, import, sources, context.interrupt.token(), context.out),
        context);
}

} // namespace nextquill::app
