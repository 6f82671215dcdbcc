// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/store/RunQueueOrder.h"
#include "core/train/distributed/JoinGroup.h"
#include "core/workflow/Devices.h"
#include "core/workflow/Failure.h"
#include "core/workflow/ProjectRun.h"
#include "core/workflow/RunEstimate.h"

#include "app/cli/BusyOption.h"
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
    bool queue = false;
    bool ownProcess = false;
    workflow::WhenBusy whenBusy = workflow::WhenBusy::Wait;
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

int statusOf(const train::RunResult& result)
{
    return result.end == train::RunEnd::Finished ? exitDone : exitInterrupted;
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
    return statusOf(result);
}

/// Enters a new run in the project, or finds the one that this job began before it was started
/// again.
std::string beginRun(const TrainOptions& options, const train::Launch& launch, Context& context)
{
    if (options.whenBusy == workflow::WhenBusy::Refuse &&
        launch.isAlone()) { // before it is entered
        static_cast<void>(workflow::turnOf(Resolved{options}.settings().device, "a new run",
                                           options.whenBusy, launch, context.interrupt.token(),
                                           context.out));
    }
    const std::string job = launch.job == "none" ? std::string{} : launch.job; // torchrun's default
    if (launch.attempt > 0 && !job.empty()) {
        if (const std::string begun = workflow::runOfJob(options.project, job); !begun.empty()) {
            return begun;
        }
    }
    return workflow::prepareRun(options.project, {.model = options.model,
                                                  .split = options.split,
                                                  .name = options.name,
                                                  .settings = Resolved{options}.settings(),
                                                  .job = job})
        .name;
}

int tellQueued(const fs::path& projectFile, const std::string& run, Context& context)
{
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadOnly);
    const auto waiting = store::RunQueueOrder{*project}.waiting();
    const auto place = std::ranges::find(waiting, run, &store::RunRow::name) - waiting.begin() + 1;
    context.out.text(run);
    context.out.notice(fmt::format("it waits at place {}; `nextquill runs work {}` trains it",
                                   place, projectFile.string()));
    context.out.document({{"run", run}, {"state", "waiting"}, {"queue_place", place}});
    return exitDone;
}

/// Enters a run, or one that was begun, in the queue; nothing is trained here.
int enqueue(const TrainOptions& options, Context& context)
{
    if (options.project.empty()) {
        throw Error{ErrorKind::BadInput, "only a project has a queue", "--queue",
                    "give PROJECT, or leave --queue out"};
    }
    if (options.resume.empty()) {
        const store::RunRow row =
            workflow::prepareRun(options.project, {.model = options.model,
                                                   .split = options.split,
                                                   .name = options.name,
                                                   .settings = Resolved{options}.settings(),
                                                   .queued = true,
                                                   .ownProcess = options.ownProcess});
        return tellQueued(options.project, row.name, context);
    }
    {
        const auto project = store::Project::open(options.project, store::OpenMode::Ledger);
        store::RunLedger ledger{*project};
        ledger.recoverInterrupted();
        store::RunQueueOrder{*project}.enqueue(ledger.get(options.resume).id);
    }
    return tellQueued(options.project, options.resume, context);
}

/// A lost device leaves the newest checkpoint, and this process without the device.
train::RunResult execute(const TrainOptions& options, const std::string& run, Context& context,
                         train::RunControl& control, train::ProcessGroup& group)
{
    try {
        return workflow::executeRun(options.project, run, context.interrupt.token(), context.out,
                                    control, group, options.whenBusy);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::DeviceLost || !group.isAlone()) {
            throw;
        }
        throw workflow::withResumeLine(error, options.project, run);
    }
}

int trainInProject(const TrainOptions& options, Context& context, train::RunControl& control,
                   train::ProcessGroup& group)
{
    std::string run = options.resume;
    if (run.empty()) {
        run = group.fromLead(group.leads() ? beginRun(options, group.launch(), context) : "");
        context.out.notice("run " + run);
    }
    const train::RunResult result = execute(options, run, context, control, group);
    if (!group.leads()) {
        return statusOf(result);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const auto row = store::RunLedger{*project}.find(run);
    return report(result, run, project->folder() / row->folder, context);
}

int trainOnRecords(const TrainOptions& options, Context& context, train::RunControl& control,
                   train::ProcessGroup& group)
{
    const bool resumes = !options.resume.empty();
    const fs::path folder = resumes ? fs::path{options.resume} : options.out;
    const StopToken stop = context.interrupt.token();
    const train::RunResult result =
        resumes
            ? workflow::resumeRecords(folder, stop, context.out, control, group, options.whenBusy)
            : workflow::trainOnRecords(options.records, options.model, folder,
                                       Resolved{options}.settings(), stop, context.out, control,
                                       group, options.whenBusy);
    return group.leads()
               ? report(result, resumes ? options.resume : options.out.filename().string(), folder,
                        context)
               : statusOf(result);
}

int trainIn(const TrainOptions& options, Context& context, train::ProcessGroup& group)
{
    const auto control = std::make_shared<train::RunControl>(); // a signal may come at the end
    context.interrupt.onCheckpoint([control] { control->requestCheckpoint(); });
    return options.project.empty() ? trainOnRecords(options, context, *control, group)
                                   : trainInProject(options, context, *control, group);
}

/// What all ranks must have in common.
std::string cardOf(const TrainOptions& options)
{
    const std::string settings =
        options.resume.empty() ? train::toToml(Resolved{options}.settings()) : std::string{};
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", NEXTQUILL_VERSION, options.project.string(),
                       options.records.string(), options.out.string(), options.model,
                       options.resume, settings);
}

/// One rank of several, which a launcher started.
int trainAsRank(const TrainOptions& options, Context& context, const train::Launch& launch)
{
    context.out.quiet = context.out.quiet || launch.rank > 0; // rank 0 speaks for all
    try {
        const auto group = train::joinGroup(launch, cardOf(options));
        try {
            return trainIn(options, context, *group);
        } catch (const std::exception& error) {
            group->failed(workflow::asError(error, "this rank").what());
            throw;
        } catch (const Stopped&) {
            group->failed("was asked to stop before it began");
            throw;
        }
    } catch (const std::exception& error) {
        train::writeErrorFile(launch, workflow::asError(error, "this rank").what());
        throw;
    }
}

int train(const TrainOptions& options, Context& context)
{
    const train::Launch launch = train::launchFromEnvironment();
    const bool enough = !options.project.empty() || !options.resume.empty() || options.dryRun ||
                        (!options.records.empty() && !options.out.empty());
    if (!enough) {
        throw Error{ErrorKind::BadInput, "neither a project nor records are given", "train",
                    "give PROJECT, or --records FILE and --out DIR"};
    }
    if (options.dryRun && options.resume.empty()) {
        return launch.rank == 0 ? dryRun(options, Resolved{options}, context) : exitDone;
    }
    if (options.queue) {
        if (!launch.isAlone()) {
            throw Error{ErrorKind::BadInput, "several ranks would each enter the run", "--queue",
                        "enter it without torchrun or srun"};
        }
        return enqueue(options, context);
    }
    train::endWithLauncher(launch);
    return launch.isAlone() ? trainIn(options, context, train::oneProcess())
                            : trainAsRank(options, context, launch);
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
    command->footer(
        "Several processes or hosts: started by torchrun --no-python or srun, it trains one "
        "run on all of them (docs/distributed.md). SIGINT or SIGTERM keeps the last step, "
        "SIGUSR1 writes a checkpoint.");
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
    command->add_flag("--queue", options->queue,
                      "Enter the run in the project's queue and return: `runs work` trains it");
    command->add_flag("--own-process", options->ownProcess,
                      "With --queue: in a process of its own, so that a lost GPU ends it alone");
    addBusyOption(*command, options->whenBusy);
    declareFields(*command, options);
    command->callback([options, &context] {
        context.action = [options, &context] { return train(*options, context); };
    });
}

} // namespace nextquill::app
