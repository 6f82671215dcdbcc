// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/table/SavedViews.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/TableCommands.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct ViewOptions
{
    std::filesystem::path project;
    std::string table = "reviews";
    std::string save;
    std::string remove;
    std::string rename;
    std::string to;
    std::string where;
    std::string sort = "id";
    std::vector<std::string> columns;
    bool replace = false;
};

void change(const ViewOptions& options)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    store::SavedViews views{*project};
    const store::TableKind table = tableNamed(options.table);
    if (!options.save.empty()) {
        views.save({.name = options.save,
                    .filter = store::FilterExpression::parse(table, options.where),
                    .order = store::orderFrom(table, options.sort),
                    .columns = options.columns},
                   options.replace);
    }
    if (!options.rename.empty()) {
        views.rename(table, options.rename, options.to);
    }
    if (!options.remove.empty()) {
        views.remove(table, options.remove);
    }
}

int showViews(const ViewOptions& options, Context& context)
{
    if (!options.save.empty() || !options.remove.empty() || !options.rename.empty()) {
        change(options);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    OrderedJson views = OrderedJson::array();
    for (const char* const name : {"reviews", "users", "items"}) {
        for (const store::SavedView& view : store::SavedViews{*project}.all(tableNamed(name))) {
            context.out.text(
                fmt::format("{:<8} {:<24} {} by {}", name, escapedForDisplay(view.name),
                            view.filter.isEmpty() ? "everything" : view.filter.toText(),
                            store::toText(view.order)));
            views.push_back({{"table", name},
                             {"name", view.name},
                             {"where", view.filter.toText()},
                             {"sort", store::toText(view.order)},
                             {"columns", view.columns}});
        }
    }
    if (views.empty()) {
        context.out.text("no views are saved");
    }
    context.out.document({{"views", std::move(views)}});
    return exitDone;
}

} // namespace

void addDataViews(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<ViewOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "views", "Saved views of tables: listed, made, removed", showViews);
    addTableOption(*command, options->table);
    command->add_option("--save", options->save, "Make a view of this name");
    command->add_option("--where", options->where, "Its filter");
    command->add_option("--sort", options->sort, "Its order")->capture_default_str();
    command->add_option("--columns", options->columns, "Its columns")->delimiter(',');
    command->add_flag("--replace", options->replace, "Change the one of that name");
    command->add_option("--remove", options->remove, "Remove the view of this name");
    auto* const renamed =
        command->add_option("--rename", options->rename, "Give it another name …");
    command->add_option("--to", options->to, "… this one")->needs(renamed);
}

} // namespace nextquill::app
