// SPDX-License-Identifier: GPL-3.0-or-later
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

struct UndoOptions
{
    std::filesystem::path project;
    std::optional<std::int64_t> to;
};

int goTo(const UndoOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const std::int64_t steps =
        store::TableCuration{*project}.goTo(*options.to, context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(fmt::format("{} {} moved", steps, steps == 1 ? "step" : "steps"));
    context.out.document({{"moved", steps}});
    return exitDone;
}

int undo(const UndoOptions& options, Context& context)
{
    if (options.to) {
        return goTo(options, context);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const auto step = store::TableCuration{*project}.undo(context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(step ? "undone: " + step->what : "nothing to undo");
    context.out.document({{"undone", step ? OrderedJson(step->what) : OrderedJson(nullptr)}});
    return exitDone;
}

int redo(const UndoOptions& options, Context& context)
{
    if (options.to) {
        return goTo(options, context);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const auto step = store::TableCuration{*project}.redo(context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(step ? "done again: " + step->what : "nothing to do again");
    context.out.document({{"redone", step ? OrderedJson(step->what) : OrderedJson(nullptr)}});
    return exitDone;
}

} // namespace

void addDataUndo(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<UndoOptions>();
    CLI::App* const back = addProjectCommand(data, options, context, "undo",
                                             "Take the newest curation step back", undo);
    back->add_option("--to", options->to,
                     "All steps behind this one; 0: all (ids: `data history`)");
    CLI::App* const again = addProjectCommand(data, options, context, "redo",
                                              "Do the step again that was taken back", redo);
    again->add_option("--to", options->to, "All steps up to this one");
}

} // namespace nextquill::app
