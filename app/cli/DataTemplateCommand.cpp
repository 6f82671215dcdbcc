// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/Templates.h"
#include "core/store/import/TimeText.h"
#include "core/workflow/PromptSources.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/PromptCommands.h"
#include "app/cli/PromptOptions.h"

#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <iterator>
#include <memory>

namespace nextquill::app {

namespace {

constexpr std::size_t largestTemplateFile = std::size_t{1} << 20;

struct TemplateOptions
{
    std::filesystem::path project;
    std::string name;
    std::filesystem::path from;
    PromptOptions prompt;
};

std::string sourceFrom(const std::filesystem::path& file)
{
    return file == "-" ? std::string{std::istreambuf_iterator<char>{std::cin}, {}}
                       : readFile(file, largestTemplateFile);
}

OrderedJson rowOf(const store::TemplateRow& row, const std::string& used)
{
    return {{"name", row.name},     {"version", row.version}, {"kind", "project"},
            {"sha256", row.digest}, {"created", row.created}, {"used", row.reference() == used}};
}

int list(const TemplateOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::Templates templates{*project};
    const store::PromptChoice choice = templates.choice();
    const std::string used = workflow::templateOf(choice).reference;
    OrderedJson rows = OrderedJson::array();
    for (const store::TemplateRow& row : templates.all()) {
        context.out.text(fmt::format("{:<24} {}  {}{}", row.reference(), row.digest.substr(0, 16),
                                     store::timeText(row.created),
                                     row.reference() == used ? "  in use" : ""));
        rows.push_back(rowOf(row, used));
    }
    for (const std::string& preset : text::PromptTemplate::presets()) {
        const std::string digest = text::PromptTemplate::preset(preset).digest();
        context.out.text(fmt::format("{:<24} {}  preset{}", preset, digest.substr(0, 16),
                                     preset == used ? ", in use" : ""));
        rows.push_back({{"name", preset},
                        {"version", nullptr},
                        {"kind", "preset"},
                        {"sha256", digest},
                        {"created", nullptr},
                        {"used", preset == used}});
    }
    const OrderedJson selection = text::toJson(workflow::selectionOf(choice));
    context.out.text("selection in use: " + toLine(selection));
    context.out.document({{"templates", std::move(rows)}, {"selection", selection}});
    return exitDone;
}

int show(const TemplateOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const workflow::NamedTemplate found = workflow::templateNamed(*project, options.name);
    context.out.text(found.source.source());
    context.out.document({{"name", found.reference},
                          {"sha256", found.source.digest()},
                          {"source", found.source.source()}});
    return exitDone;
}

int set(const TemplateOptions& options, Context& context)
{
    const std::string source = sourceFrom(options.from);
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const store::TemplateRow row = workflow::keepTemplate(*project, options.name, source);
    context.out.text(fmt::format("kept as {}  {}", row.reference(), row.digest.substr(0, 16)));
    context.out.document({{"name", row.name}, {"version", row.version}, {"sha256", row.digest}});
    return exitDone;
}

int check(const TemplateOptions& options, Context& context)
{
    const text::PromptTemplate read{sourceFrom(options.from)};
    context.out.text("the template is whole  " + read.digest().substr(0, 16));
    context.out.document({{"valid", true}, {"sha256", read.digest()}});
    return exitDone;
}

int use(const TemplateOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const store::PromptChoice before = store::Templates{*project}.choice();
    const workflow::ExampleSettings given = options.prompt.given(*project);
    workflow::useForPrompts(*project, options.name,
                            given.selection ? *given.selection : workflow::selectionOf(before));
    const store::PromptChoice now = store::Templates{*project}.choice();
    const OrderedJson selection = text::toJson(workflow::selectionOf(now));
    context.out.text(
        fmt::format("in use: template {}, selection {}", now.templateName, toLine(selection)));
    context.out.document({{"template", now.templateName}, {"selection", selection}});
    return exitDone;
}

int remove(const TemplateOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    if (!store::Templates{*project}.remove(options.name)) {
        throw Error{ErrorKind::BadInput, "no template is called \"" + options.name + "\"",
                    options.project.string(), "see `nextquill data template list`"};
    }
    context.out.text("removed all versions of " + options.name);
    context.out.document({{"removed", options.name}});
    return exitDone;
}

} // namespace

void addDataTemplate(CLI::App& data, Context& context)
{
    CLI::App* const group = data.add_subcommand("template", "Prompt templates of the project");
    group->require_subcommand(1);
    const auto options = std::make_shared<TemplateOptions>();
    addProjectCommand(*group, options, context, "list", "All of them, and which is in use", list);
    addProjectCommand(*group, options, context, "show",
                      "One's text, to be changed: NAME, NAME@VERSION or a preset", show)
        ->add_option("NAME", options->name, "Template; else the one in use");
    CLI::App* const setting = addProjectCommand(
        *group, options, context, "set", "Keep a template, as a new version of its name", set);
    setting->add_option("NAME", options->name, "Its name")->required();
    setting->add_option("--from", options->from, "File; -: standard input")->required();
    CLI::App* const checking =
        group->add_subcommand("check", "Say what is wrong in a template's file, with its line");
    checking->add_option("FILE", options->from, "File; -: standard input")->required();
    checking->callback([options, &context] {
        context.action = [options, &context] { return check(*options, context); };
    });
    CLI::App* const using_ = addProjectCommand(
        *group, options, context, "use",
        "Make the project's prompts with it, where a run or command says nothing", use);
    using_->add_option("NAME", options->name, "Template; else the one in use");
    options->prompt.declareSelection(*using_);
    addProjectCommand(*group, options, context, "remove", "All versions of a name", remove)
        ->add_option("NAME", options->name, "Its name")
        ->required();
}

} // namespace nextquill::app
