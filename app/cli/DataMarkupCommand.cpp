// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/ModelFiles.h"
#include "core/store/Markups.h"
#include "core/store/Project.h"
#include "core/text/MarkupFile.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ProjectMarkup.h"

#include "app/cli/DataCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct MarkupOptions
{
    std::filesystem::path project;
    std::filesystem::path from;
    std::string model;
    bool form = false;
    bool remove = false;
};

/// What people may begin with: ChatML, whole.
text::ChatMarkup exampleMarkup()
{
    text::ChatMarkup markup;
    markup.name = "my-markup";
    markup.systemPrefix = "<|im_start|>system\n";
    markup.systemSuffix = "<|im_end|>\n";
    markup.userPrefix = "<|im_start|>user\n";
    markup.userSuffix = "<|im_end|>\n";
    markup.assistantPrefix = "<|im_start|>assistant\n";
    markup.marks = {"<|im_start|>", "<|im_end|>"};
    return markup;
}

std::string nameOf(const std::string& model)
{
    return model.empty() ? "each model whose own is not recognised" : model;
}

int list(store::Project& project, Context& context)
{
    OrderedJson rows = OrderedJson::array();
    for (const store::MarkupRow& row : store::Markups{project}.all()) {
        const OrderedJson markup = text::toJson(text::readMarkup(row.markup, "the project"));
        context.out.text(fmt::format("for {}\n{}", nameOf(row.model), markup.dump(2)));
        rows.push_back({{"model", row.model}, {"markup", markup}});
    }
    if (rows.empty()) {
        context.out.text("no markup was given: each model has its own");
    }
    context.out.document({{"markups", std::move(rows)}});
    return exitDone;
}

int form(const MarkupOptions& options, Context& context)
{
    text::ChatMarkup markup = exampleMarkup();
    if (!options.model.empty()) { // its own, to be changed
        const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
        const workflow::ModelChoice choice = workflow::chooseModel(options.model, project.get());
        markup = workflow::markupFor(store::Markups{*project}.all(),
                                     *model::ModelFiles::open(choice.base));
    }
    context.out.text(text::toJson(markup).dump(2));
    context.out.document(text::toJson(markup));
    return exitDone;
}

std::string keyOf(const MarkupOptions& options, store::Project& project)
{
    return options.model.empty()
               ? std::string{}
               : workflow::markupKey(workflow::chooseModel(options.model, &project).base);
}

int markup(const MarkupOptions& options, Context& context)
{
    if (options.form) {
        return form(options, context);
    }
    if (options.from.empty() && !options.remove) {
        return list(*store::Project::open(options.project, store::OpenMode::ReadOnly), context);
    }
    if (options.remove) {
        const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
        const std::string key = keyOf(options, *project);
        if (!store::Markups{*project}.remove(key)) {
            throw Error{ErrorKind::BadInput, "no markup was given for " + nameOf(key),
                        options.project.string(), "see `nextquill data markup PROJECT`"};
        }
        context.out.text("removed the markup for " + nameOf(key));
        context.out.document({{"removed", key}});
        return exitDone;
    }
    const text::ChatMarkup given =
        text::readMarkup(readJsonFile(options.from, {}), options.from.string());
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const std::string key = keyOf(options, *project);
    const OrderedJson stored = text::toJson(given);
    store::Markups{*project}.put(key, Json::parse(stored.dump()));
    context.out.text(fmt::format("markup \"{}\" for {}", given.name, nameOf(key)));
    context.out.document({{"model", key}, {"markup", stored}});
    return exitDone;
}

} // namespace

void addDataMarkup(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<MarkupOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "markup",
        "Chat markup of the project's own: which is given; give or remove one", markup);
    CLI::Option* const from = command->add_option("--from", options->from, "JSON file to take");
    command->add_option("--model", options->model,
                        "For this model, also where its own is recognised; else for each whose "
                        "own is not");
    CLI::Option* const print = command->add_flag(
        "--form", options->form, "Print such a file: an example, or with --model its markup");
    CLI::Option* const remove =
        command->add_flag("--remove", options->remove, "Take it out of the project");
    from->excludes(print)->excludes(remove);
    print->excludes(remove);
}

} // namespace nextquill::app
