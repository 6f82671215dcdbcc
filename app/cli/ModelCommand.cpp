// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubSettings.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/workflow/KnownModels.h"
#include "core/workflow/ModelInfo.h"
#include "core/workflow/ModelRegistry.h"
#include "core/workflow/ModelVerification.h"
#include "core/workflow/VerifiedModels.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ModelCommands.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct Options
{
    std::vector<std::string> words; ///< [PROJECT] and what is meant
    std::filesystem::path project;
    std::string model;
    std::string name;
    bool deletesFiles = false;
};

std::unique_ptr<store::Project> openIfGiven(const std::filesystem::path& project,
                                            store::OpenMode mode)
{
    return project.empty() ? nullptr : store::Project::open(project, mode);
}

/// The project among the words, where there is one more than is needed.
std::filesystem::path projectOf(const Options& options, std::size_t needed)
{
    return options.words.size() > needed ? options.words.front() : std::string{};
}

int info(const Options& options, Context& context)
{
    const auto project = openIfGiven(options.project, store::OpenMode::ReadOnly);
    const auto summary =
        workflow::describe(workflow::chooseModel(options.model, project.get()), project.get());
    context.out.text(workflow::toText(summary));
    context.out.document(workflow::toJson(summary));
    return summary.problems.empty() ? exitDone : exitFailed;
}

int verify(const Options& options, Context& context)
{
    const auto project = openIfGiven(options.project, store::OpenMode::ReadOnly);
    const auto choice = workflow::chooseModel(options.model, project.get());
    const auto checks = workflow::verifyModel(choice, context.interrupt.token(), context.out);
    context.out.text(workflow::toText(checks));
    try {
        workflow::VerifiedModels{}.note(workflow::pathOf(choice), checks);
    } catch (const Error& error) { // the answer is known all the same
        context.out.notice(error.what());
    }
    context.out.document({{"model", choice.name},
                          {"sound", workflow::isSound(checks)},
                          {"checks", workflow::toJson(checks)}});
    return workflow::isSound(checks) ? exitDone : exitFailed;
}

int add(const Options& options, Context& context)
{
    const auto project = openIfGiven(projectOf(options, 1), store::OpenMode::ReadWrite);
    const std::string name = workflow::addModel(options.words.back(), options.name, project.get());
    context.out.text("added " + name);
    context.out.document({{"added", name}});
    return exitDone;
}

int list(const Options& options, Context& context)
{
    const auto project = openIfGiven(projectOf(options, 0), store::OpenMode::ReadOnly);
    OrderedJson rows = OrderedJson::array();
    for (const workflow::KnownModel& model : workflow::knownModels(project.get())) {
        if (project && model.source != workflow::ModelSource::Project) {
            continue;
        }
        context.out.text(fmt::format("{:<32} {:<10} {:<12} {}", model.name,
                                     workflow::name(model.source), model.kind, model.description));
        rows.push_back({{"name", model.name},
                        {"kind", model.kind},
                        {"path", model.path.string()},
                        {"description", model.description},
                        {"source", workflow::name(model.source)}});
    }
    context.out.document({{"models", std::move(rows)}});
    return exitDone;
}

int remove(const Options& options, Context& context)
{
    const auto project = openIfGiven(projectOf(options, 1), store::OpenMode::ReadWrite);
    const std::string& name = options.words.back();
    workflow::removeModel(name, project.get(), options.deletesFiles);
    context.out.text("removed " + name +
                     (options.deletesFiles ? " and its files" : "; its files stay"));
    context.out.document({{"removed", name}, {"files_deleted", options.deletesFiles}});
    return exitDone;
}

using Action = int (*)(const Options&, Context&);

CLI::App* command(CLI::App& model, Context& context, const std::shared_ptr<Options>& options,
                  const char* name, const char* help, Action action)
{
    CLI::App* const command = model.add_subcommand(name, help);
    command->callback([options, &context, action] {
        context.action = [options, &context, action] { return action(*options, context); };
    });
    return command;
}

} // namespace

void addModel(CLI::App& app, Context& context)
{
    CLI::App* const model = app.add_subcommand("model", "What a model is; models by name");
    model->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    for (const auto& [name, help, action] :
         {std::tuple{"info", "Architecture, size, markup, memory; what is wrong with it", &info},
          std::tuple{"verify", "Check checksums, weights, tokenizer and a forward pass",
                     &verify}}) {
        CLI::App* const shows = command(*model, context, options, name, help, action);
        shows->add_option("MODEL", options->model, "Folder, .gguf file, run or name")->required();
        shows->add_option("--project", options->project, "Project whose names are known");
    }
    CLI::App* const adds = command(*model, context, options, "add",
                                   "Give a model a name: for all projects, or in one", add);
    adds->add_option("MODEL", options->words, "[PROJECT] and a folder or .gguf file")
        ->required()
        ->expected(1, 2);
    adds->add_option("--name", options->name, "Name; by default the file's");
    CLI::App* const lists =
        command(*model, context, options, "list",
                "Models by name: the user's, the hub's cache; those of a project", list);
    lists->add_option("PROJECT", options->words, "Project file (*.nextquill)")->expected(0, 1);
    CLI::App* const removes =
        command(*model, context, options, "remove", "Forget a model's name; files stay", remove);
    removes->add_option("NAME", options->words, "[PROJECT] and a name as list shows it")
        ->required()
        ->expected(1, 2);
    removes->add_flag("--delete-files", options->deletesFiles,
                      "Delete the model's files, too, and nothing else of its folder");
    addModelFetch(*model, context);
    addModelExport(*model, context);
}

} // namespace nextquill::app
