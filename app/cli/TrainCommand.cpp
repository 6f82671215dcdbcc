// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/workflow/ProjectRun.h"
#include "core/workflow/RunEstimate.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace nextquill::app {

namespace fs = std::filesystem;

namespace {

struct TrainOptions
{
    fs::path project;
    fs::path records;
    fs::path out;
    fs::path config;
    std::string preset;
    std::string model = "demo";
    std::string split;
    std::string name;
    std::string resume;
    bool dryRun = false;
    std::map<std::string, std::string> flags; ///< field → value as given
};

std::string environmentName(const std::string& field)
{
    std::string name = "NEXTQUILL_";
    for (const char c : field) {
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return name;
}

fs::path userConfiguration()
{
    if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder != '\0') {
        return fs::path{folder} / "nextquill/train.toml";
    }
    const char* home = std::getenv("HOME");
    return home != nullptr ? fs::path{home} / ".config/nextquill/train.toml" : fs::path{};
}

/// Settings and, per field, who set it: flag, NEXTQUILL_*, RUN.toml, user configuration, default.
class Resolved
{
public:
    explicit Resolved(const TrainOptions& options)
    {
        if (!options.preset.empty()) {
            apply("preset " + options.preset, [&] { m_settings = train::preset(options.preset); });
        }
        if (const fs::path file = userConfiguration(); fs::exists(file)) {
            apply("user configuration", [&] { train::readRunFile(file, m_settings); });
        }
        if (!options.config.empty()) {
            apply(options.config.filename().string(),
                  [&] { train::readRunFile(options.config, m_settings); });
        }
        for (const train::TrainingField& field : train::trainingFields()) {
            const std::string name = environmentName(field.name);
            if (const char* value = std::getenv(name.c_str()); value != nullptr) {
                apply(name, [&] { train::setValue(m_settings, field.name, value); });
            }
        }
        // In the table's order, so that the objective comes before its alpha.
        for (const train::TrainingField& field : train::trainingFields()) {
            if (const auto flag = options.flags.find(field.name); flag != options.flags.end()) {
                apply("--" + field.name,
                      [&] { train::setValue(m_settings, field.name, flag->second); });
            }
        }
        train::validate(m_settings);
    }

    [[nodiscard]] const train::TrainingSettings& settings() const { return m_settings; }

    [[nodiscard]] std::string origin(const std::string& field) const
    {
        const auto found = m_origins.find(field);
        return found == m_origins.end() ? "default" : found->second;
    }

private:
    template<typename Change>
    void apply(const std::string& who, Change change)
    {
        const train::TrainingSettings before = m_settings;
        change();
        for (const train::TrainingField& field : train::trainingFields()) {
            const std::string value = train::valueOf(m_settings, field.name);
            if (value != train::valueOf(before, field.name)) {
                m_origins[field.name] = who;
            }
        }
    }

    train::TrainingSettings m_settings;
    std::map<std::string, std::string> m_origins;
};

/// What the run would cost, where it is said on which records.
std::optional<workflow::RunEstimate>
estimateFor(const TrainOptions& options, const train::TrainingSettings& settings, Context& context)
{
    if (!options.project.empty()) {
        return workflow::estimateRun(
            options.project, {.model = options.model, .split = options.split, .settings = settings},
            context.interrupt.token(), context.out);
    }
    if (!options.records.empty()) {
        return workflow::estimateRecords(options.records, options.model, settings,
                                         context.interrupt.token(), context.out);
    }
    return std::nullopt;
}

int dryRun(const TrainOptions& options, const Resolved& resolved, Context& context)
{
    OrderedJson origins = OrderedJson::object();
    for (const train::TrainingField& field : train::trainingFields()) {
        const std::string value = train::valueOf(resolved.settings(), field.name);
        context.out.text(
            fmt::format("{:<22} {:<14} {}", field.name, value, resolved.origin(field.name)));
        origins[field.name] = resolved.origin(field.name);
    }
    const auto estimate = estimateFor(options, resolved.settings(), context);
    context.out.text("\n" + (estimate ? workflow::toText(*estimate)
                                      : "memory and time unknown: give PROJECT or --records FILE "
                                        "for an estimate"));
    context.out.document({{"settings", train::toJson(resolved.settings())},
                          {"origins", origins},
                          {"estimate", estimate ? workflow::toJson(*estimate) : OrderedJson{}}});
    return exitDone;
}

int report(const train::RunResult& result, const std::string& name, const fs::path& folder,
           Context& context)
{
    const bool finished = result.end == train::RunEnd::Finished;
    context.out.text(finished ? fmt::format("{}: done after {} steps; model in {}", name,
                                            result.steps, (folder / "model").string())
                              : fmt::format("{}: stopped after {} steps; go on with --resume", name,
                                            result.steps));
    context.out.document({{"run", name},
                          {"state", finished ? "done" : "stopped"},
                          {"steps", result.steps},
                          {"folder", folder.string()},
                          {"checkpoint", result.checkpoint.string()}});
    return finished ? exitDone : exitInterrupted;
}

int trainInProject(const TrainOptions& options, Context& context, train::RunControl& control)
{
    std::string run = options.resume;
    if (run.empty()) {
        const Resolved resolved{options};
        if (options.dryRun) {
            return dryRun(options, resolved, context);
        }
        run = workflow::prepareRun(options.project, {.model = options.model,
                                                     .split = options.split,
                                                     .name = options.name,
                                                     .settings = resolved.settings()})
                  .name;
        context.out.notice("run " + run);
    }
    const train::RunResult result =
        workflow::executeRun(options.project, run, context.interrupt.token(), context.out, control);
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const auto row = store::RunLedger{*project}.find(run);
    return report(result, run, project->folder() / row->folder, context);
}

int trainOnRecords(const TrainOptions& options, Context& context, train::RunControl& control)
{
    if (!options.resume.empty()) {
        return report(workflow::resumeRecords(options.resume, context.interrupt.token(),
                                              context.out, control),
                      options.resume, options.resume, context);
    }
    const Resolved resolved{options};
    if (options.dryRun) {
        return dryRun(options, resolved, context);
    }
    return report(workflow::trainOnRecords(options.records, options.model, options.out,
                                           resolved.settings(), context.interrupt.token(),
                                           context.out, control),
                  options.out.filename().string(), options.out, context);
}

int train(const TrainOptions& options, Context& context)
{
    train::RunControl control;
    context.interrupt.onCheckpoint([&control] { control.requestCheckpoint(); });
    if (!options.project.empty()) {
        return trainInProject(options, context, control);
    }
    const bool enough = !options.resume.empty() || options.dryRun ||
                        (!options.records.empty() && !options.out.empty());
    if (!enough) {
        throw Error{ErrorKind::BadInput, "neither a project nor records are given", "train",
                    "give PROJECT, or --records FILE and --out DIR"};
    }
    return trainOnRecords(options, context, control);
}

/// A flag per setting, under the setting's name.
void declareFields(CLI::App& command, const std::shared_ptr<TrainOptions>& options)
{
    for (const train::TrainingField& field : train::trainingFields()) {
        const auto store = [options, name = field.name](const std::string& value) {
            options->flags[name] = value;
        };
        const std::string help = fmt::format("{} [{}]", field.help, train::valueOf({}, field.name));
        // This one is a value (on, off): `--no-…` would read as a negation.
        const bool flag =
            field.kind == train::TrainingField::Kind::Switch && field.name != "no-history-gradient";
        if (!flag) {
            command.add_option_function<std::string>("--" + field.name, store, help)
                ->group(field.group);
            continue;
        }
        command.add_flag_callback(
                   "--" + field.name, [store] { store("true"); }, help)
            ->group(field.group);
        if (train::valueOf({}, field.name) == "true") {
            command
                .add_flag_callback(
                    "--no-" + field.name, [store] { store("false"); }, "Takes the switch back")
                ->group(field.group);
        }
    }
}

} // namespace

void addTrain(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "train", "A training run: of a project's split, or of ready prompts (--records)");
    const auto options = std::make_shared<TrainOptions>();
    command->add_option("PROJECT", options->project, "Project file (*.nextquill)");
    command->add_option("--model", options->model, "Base model")->capture_default_str();
    command->add_option("--split", options->split, "Split to train on; the newest by default");
    command->add_option("--name", options->name, "Name of the run; a number is added");
    command->add_option("--config", options->config, "RUN.toml")->check(CLI::ExistingFile);
    command->add_option("--preset", options->preset, "paper or cpu-tryout");
    command->add_option("--resume", options->resume, "Go on with this run (its name or folder)");
    command->add_option("--records", options->records, "JSON lines of ready prompts")
        ->check(CLI::ExistingFile);
    command->add_option("--out", options->out, "The run's folder, with --records");
    command->add_flag("--dry-run", options->dryRun,
                      "Print the resolved settings, where each comes from, and an estimate of "
                      "memory and time; nothing is begun");
    declareFields(*command, options);
    command->callback([options, &context] {
        context.action = [options, &context] { return train(*options, context); };
    });
}

} // namespace nextquill::app
