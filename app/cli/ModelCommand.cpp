// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct Options
{
    std::filesystem::path project;
    std::string model;
    std::string name;
};

constexpr double mebibyte = 1024.0 * 1024.0;

std::unique_ptr<store::Project> openIfGiven(const Options& options, store::OpenMode mode)
{
    return options.project.empty() ? nullptr : store::Project::open(options.project, mode);
}

OrderedJson toJson(const workflow::ModelSummary& s)
{
    return {{"name", s.name},
            {"kind", s.kind},
            {"architecture", s.architecture},
            {"parameters", s.parameters},
            {"bytes", s.bytes},
            {"dtype", s.dtype},
            {"context", s.context},
            {"vocabulary", s.vocabulary},
            {"markup", s.markup},
            {"markup_problem", s.markupProblem},
            {"license", s.license},
            {"memory",
             {{"inference", s.inferenceBytes}, {"lora", s.lowRankBytes}, {"full", s.fullBytes}}}};
}

int info(const Options& options, Context& context)
{
    const auto project = openIfGiven(options, store::OpenMode::ReadOnly);
    const auto s = workflow::summarise(workflow::chooseModel(options.model, project.get()));
    context.out.text(fmt::format(
        "{}\n  kind          {}\n  architecture  {}, {:.1f} million parameters\n"
        "  file          {:.1f} MiB, {}\n  context       {} tokens\n  vocabulary    {}\n"
        "  chat markup   {}\n  licence       {}\n"
        "  memory        about {:.0f} MiB to run, {:.0f} MiB to train adapters, {:.0f} MiB to "
        "train "
        "all weights (float32, 2,048 tokens)",
        s.name, s.kind, s.architecture, static_cast<double>(s.parameters) / 1e6,
        static_cast<double>(s.bytes) / mebibyte, s.dtype, s.context, s.vocabulary,
        s.markup + (s.markupProblem.empty() ? "" : ": " + s.markupProblem),
        s.license.empty() ? "not stated" : s.license,
        static_cast<double>(s.inferenceBytes) / mebibyte,
        static_cast<double>(s.lowRankBytes) / mebibyte,
        static_cast<double>(s.fullBytes) / mebibyte));
    context.out.document(toJson(s));
    return exitDone;
}

int add(const Options& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    const auto choice = workflow::chooseModel(options.model, nullptr);
    const auto s = workflow::summarise(choice);
    const std::string name = options.name.empty() ? choice.name : options.name;
    store::RunLedger{*project}.addModel(
        {.name = name,
         .path = choice.adapter ? *choice.adapter : choice.base,
         .kind = s.kind,
         .description = fmt::format("{}, {:.0f} M parameters, {}", s.architecture,
                                    static_cast<double>(s.parameters) / 1e6, s.dtype)});
    context.out.text("added " + name);
    context.out.document({{"added", name}});
    return exitDone;
}

int list(const Options& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    OrderedJson rows = OrderedJson::array();
    for (const store::ModelRow& row : store::RunLedger{*project}.models()) {
        context.out.text(fmt::format("{:<24} {:<12} {}", row.name, row.kind, row.description));
        rows.push_back({{"name", row.name},
                        {"kind", row.kind},
                        {"path", row.path.string()},
                        {"description", row.description}});
    }
    context.out.document({{"models", std::move(rows)}});
    return exitDone;
}

} // namespace

void addModel(CLI::App& app, Context& context)
{
    CLI::App* const model = app.add_subcommand("model", "What a model is; models of a project");
    model->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    const auto on = [&context, options](CLI::App* command,
                                        int (*action)(const Options&, Context&)) {
        command->callback([options, &context, action] {
            context.action = [options, &context, action] { return action(*options, context); };
        });
    };
    CLI::App* const infos = model->add_subcommand("info", "Architecture, size, markup, memory");
    infos->add_option("MODEL", options->model, "Folder, .gguf file, run or name")->required();
    infos->add_option("--project", options->project, "Project whose names are known");
    on(infos, info);
    CLI::App* const adds = model->add_subcommand("add", "Give a model a name in a project");
    adds->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    adds->add_option("MODEL", options->model, "Folder or .gguf file")->required();
    adds->add_option("--name", options->name, "Name; by default the file's");
    on(adds, add);
    CLI::App* const lists = model->add_subcommand("list", "Models of a project");
    lists->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    on(lists, list);
    addModelExport(*model, context);
}

} // namespace nextquill::app
