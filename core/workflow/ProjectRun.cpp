// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectRun.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/ProcessIdentity.h"
#include "core/model/Decoder.h"
#include "core/model/ModelFiles.h"
#include "core/store/Markups.h"
#include "core/store/Project.h"
#include "core/store/RunQueueOrder.h"
#include "core/store/Splits.h"
#include "core/text/MarkupFile.h"
#include "core/train/RunDirectory.h"
#include "core/workflow/ClaimedRun.h"
#include "core/workflow/Devices.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ProjectExamples.h"
#include "core/workflow/ProjectMarkup.h"
#include "core/workflow/PromptSources.h"
#include "core/workflow/Records.h"
#include "core/workflow/TrainingModels.h"

#include <fmt/format.h>
#include <utility>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

OrderedJson manifestFor(const ModelChoice& choice, const model::ModelFiles& files,
                        std::uint64_t seed)
{
    NoProgress quiet;
    return {{"program", "NextQuill Workbench"},
            {"version", NEXTQUILL_VERSION},
            {"libtorch", model::torchVersion()},
            {"model",
             {{"name", choice.name},
              {"path", choice.base.string()},
              {"adapter", choice.adapter ? choice.adapter->string() : ""},
              {"sha256", files.digest({}, quiet)}}},
            {"seed", seed}};
}

/// The newest split. One that has to be made first is written with the right to write the project.
store::Split newestSplit(store::Project& project)
{
    const std::vector<store::Split> all = store::Splits{project}.all();
    return all.empty()
               ? store::Splits{*store::Project::open(project.file(), store::OpenMode::ReadWrite)}
                     .newestOrCreate()
               : store::Splits{project}.newestOrCreate();
}

/// How the run's prompts will be made, fixed now: what the settings say, else what the project
/// uses.
PromptRecipe recipeFor(store::Project& project, const train::TrainingSettings& settings)
{
    const auto rule = train::selectionRule(settings);
    return {.promptTemplate = templateNamed(project, settings.promptTemplate),
            .selection = rule ? *rule : selectionOf(store::Templates{project}.choice())};
}

/// For who would wait in vain: claiming the run says the same.
void requireFree(const store::RunRow& row)
{
    if (row.state == store::RunState::Done) {
        throw Error{ErrorKind::BadInput, "the run is done", row.name, "start a new one"};
    }
    if (row.state == store::RunState::Running && livenessOf(row.process) == Liveness::Alive) {
        throw Error{ErrorKind::BadInput, "the run is going on in " + nameOf(row.process), row.name,
                    "wait for its end, or stop it there"};
    }
}

} // namespace

store::RunRow prepareRun(const fs::path& projectFile, const RunRequest& request)
{
    train::validate(request.settings);
    const auto project = store::Project::open(projectFile, store::OpenMode::Ledger);
    store::Splits splits{*project};
    const auto named = request.split.empty() ? std::nullopt : splits.find(request.split);
    if (!request.split.empty() && !named) {
        throw Error{ErrorKind::BadInput, "no split is called \"" + request.split + "\"",
                    projectFile.string(), "see `nextquill data stats`"};
    }
    const store::Split split = named ? *named : newestSplit(*project);
    const ModelChoice choice = chooseModel(request.model, project.get());
    if (choice.step) {
        throw Error{ErrorKind::Unsupported, "a run cannot begin with another run's checkpoint",
                    choice.name, "take the run's finished model"};
    }
    const auto files = model::ModelFiles::open(choice.base);
    const text::ChatMarkup markup = markupFor(store::Markups{*project}.all(), *files);
    OrderedJson manifest = manifestFor(choice, *files, request.settings.seed);
    manifest["markup"] = text::toJson(markup);
    manifest["prompt"] = toJson(recipeFor(*project, request.settings));
    manifest["data"] = {
        {"split", split.settings.name}, {"examples", split.train}, {"sha256", split.digest}};
    if (!request.job.empty()) {
        manifest["job"] = request.job;
    }

    splits.freeze(split.id);
    store::RunLedger ledger{*project};
    const std::string objective{causal::name(request.settings.objective.kind)};
    store::RunRow row = ledger.add(request.name.empty() ? objective : request.name,
                                   {.objective = objective,
                                    .model = request.model,
                                    .split = split.settings.name,
                                    .dataDigest = split.digest,
                                    .settings = train::toJson(request.settings),
                                    .ownProcess = request.ownProcess});
    try {
        static_cast<void>(train::RunDirectory::create(project->folder() / row.folder,
                                                      request.settings, manifest));
    } catch (...) {
        ledger.remove(row.id); // a run without a folder can neither begin nor be shown
        throw;
    }
    if (request.queued) {
        store::RunQueueOrder{*project}.enqueue(row.id); // now that another process may begin it
        row = ledger.get(row.name);
    }
    return row;
}

Error withResumeLine(const Error& lost, const fs::path& projectFile, const std::string& run)
{
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadOnly);
    const fs::path folder = project->folder() / store::RunLedger{*project}.get(run).folder;
    const auto steps = train::RunDirectory::openSilently(folder)->checkpointFolders();
    const std::string from =
        steps.empty() ? "it begins again, for there is no checkpoint yet"
                      : "its newest checkpoint is that of step " + std::to_string(steps.front());
    return {lost.kind(), lost.problem(), lost.where(),
            "go on with `nextquill train " + projectFile.string() + " --resume " + run +
                "`: " + from};
}

std::string runOfJob(const fs::path& projectFile, const std::string& job)
{
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadOnly);
    for (const store::RunRow& row : store::RunLedger{*project}.all()) {
        const fs::path manifest = project->folder() / row.folder / "manifest.json";
        if (row.state != store::RunState::Done && fs::exists(manifest) &&
            readJsonFile(manifest, {}).value("job", "") == job) {
            return row.name;
        }
    }
    return {};
}

train::RunResult executeRun(const fs::path& projectFile, const std::string& run, StopToken stop,
                            Progress& progress, train::RunControl& control,
                            train::ProcessGroup& group, WhenBusy whenBusy)
{
    const bool leads = group.leads();
    const auto project = store::Project::open(projectFile, leads ? store::OpenMode::Ledger
                                                                 : store::OpenMode::ReadOnly);
    store::RunLedger ledger{*project};
    const store::RunRow row = ledger.get(run);
    if (leads) {
        requireFree(row);
    }
    try {
        const auto turn = turnOf(row.settings.value("device", std::string{"auto"}),
                                 "run " + row.name, whenBusy, group.launch(), stop, progress);
        if (!leads) {
            return followRun(*project, row, stop, progress, control, group);
        }
        const bool begunAgain = group.launch().attempt > 0; // on whatever host leads now
        return trainClaimed(*project, ledger.claim(row.id, begunAgain), stop, progress, control,
                            group);
    } catch (const Stopped&) { // it waited for its device
        if (leads && row.state == store::RunState::Waiting && !row.isInQueue()) {
            ledger.setState(row.id, store::RunState::Stopped);
        }
        return {.end = train::RunEnd::Stopped};
    }
}

namespace {

train::RunResult trainRecords(train::RunDirectory& directory, const fs::path& records,
                              const ModelChoice& choice, const StopToken& stop, Progress& progress,
                              train::RunControl& control, train::ProcessGroup& group,
                              WhenBusy whenBusy)
{
    const train::TrainingSettings& settings = directory.settings();
    const auto turn = turnOf(settings.device, "run " + directory.folder().filename().string(),
                             whenBusy, group.launch(), stop, progress);
    const auto decoder = trainableDecoder(choice, settings, stop, progress, group);
    const auto frozen = frozenDecoder(settings, nullptr, stop, progress, group);
    const RecordExamples examples{records, decoder->sharedFiles(),
                                  exampleSettings(settings).target};
    train::Trainer trainer{*decoder, examples, nullptr, frozen.get(), directory, group};
    return trainer.run(stop, progress, control);
}

std::unique_ptr<train::RunDirectory> openFor(const train::ProcessGroup& group,
                                             const fs::path& folder)
{
    return group.leads() ? train::RunDirectory::open(folder)
                         : train::RunDirectory::openSilently(folder);
}

} // namespace

train::RunResult trainOnRecords(const fs::path& records, const std::string& model,
                                const fs::path& folder, const train::TrainingSettings& settings,
                                StopToken stop, Progress& progress, train::RunControl& control,
                                train::ProcessGroup& group, WhenBusy whenBusy)
{
    train::validate(settings);
    const ModelChoice choice = chooseModel(model, nullptr);
    const bool goesOn = // rank 0 tells: others may look when it has made the folder already
        group.any(group.leads() && group.launch().attempt > 0 && fs::exists(folder / "run.toml"));
    if (group.leads() && !goesOn) {
        OrderedJson manifest =
            manifestFor(choice, *model::ModelFiles::open(choice.base), settings.seed);
        manifest["data"] = {{"records", fs::absolute(records).string()},
                            {"sha256", sha256OfFile(records)}};
        static_cast<void>(train::RunDirectory::create(folder, settings, manifest));
    }
    group.waitForAll(); // the folder is there now
    if (goesOn) {
        return resumeRecords(folder, stop, progress, control, group, whenBusy);
    }
    return trainRecords(*openFor(group, folder), records, choice, stop, progress, control, group,
                        whenBusy);
}

train::RunResult resumeRecords(const fs::path& folder, StopToken stop, Progress& progress,
                               train::RunControl& control, train::ProcessGroup& group,
                               WhenBusy whenBusy)
{
    const auto directory = openFor(group, folder);
    const OrderedJson& manifest = directory->manifest();
    if (!manifest.contains("data") || !manifest.at("data").contains("records")) {
        throw Error{ErrorKind::BadInput, "the run belongs to a project", folder.string(),
                    "resume it with `nextquill train PROJECT --resume RUN`"};
    }
    const fs::path records{manifest.at("data").at("records").get<std::string>()};
    if (sha256OfFile(records) != manifest.at("data").at("sha256").get<std::string>()) {
        throw Error{ErrorKind::BadInput, "the records have changed since the run began",
                    records.string(), "put the old file back, or start a new run"};
    }
    ModelChoice choice = chooseModel(manifest.at("model").at("path").get<std::string>(), nullptr);
    if (const auto adapter = manifest.at("model").at("adapter").get<std::string>();
        !adapter.empty()) {
        choice.adapter = adapter;
    }
    return trainRecords(*directory, records, choice, stop, progress, control, group, whenBusy);
}

} // namespace nextquill::workflow
