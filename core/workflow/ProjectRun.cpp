// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectRun.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/EventLog.h"
#include "core/model/Decoder.h"
#include "core/model/ModelFiles.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/train/RunDirectory.h"
#include "core/workflow/Failure.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ProjectExamples.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

OrderedJson manifestFor(const ModelChoice& choice, std::uint64_t seed)
{
    NoProgress quiet;
    const auto files = model::ModelFiles::open(choice.base);
    return {{"program", "NextQuill Workbench"},
            {"version", NEXTQUILL_VERSION},
            {"libtorch", model::torchVersion()},
            {"model",
             {{"name", choice.name},
              {"path", choice.base.string()},
              {"adapter", choice.adapter ? choice.adapter->string() : ""},
              {"sha256", files->digest({}, quiet)}}},
            {"seed", seed}};
}

/// As the settings say, on this rank's part of its host.
model::DecoderOptions placeOf(const train::TrainingSettings& settings,
                              const train::ProcessGroup& group)
{
    const bool hasCuda = std::ranges::any_of(model::devices(), [](const model::Device& device) {
        return device.name.starts_with("cuda");
    });
    return decoderOptions(train::deviceOf(group.launch(), settings.device, hasCuda), settings.dtype,
                          train::threadsOf(group.launch(), settings.threads));
}

std::unique_ptr<model::Decoder> trainableDecoder(const ModelChoice& choice,
                                                 const train::TrainingSettings& settings,
                                                 const StopToken& stop, Progress& progress,
                                                 const train::ProcessGroup& group)
{
    auto decoder = loadModel(choice, placeOf(settings, group), stop, progress);
    if (!settings.full && !decoder->adapters()) {
        decoder->addAdapters(settings.lowRank, settings.seed);
    }
    return decoder;
}

/// The model that measures effects for the weights, where the settings name one.
std::unique_ptr<model::Decoder> frozenDecoder(const train::TrainingSettings& settings,
                                              store::Project* project, const StopToken& stop,
                                              Progress& progress, const train::ProcessGroup& group)
{
    const std::string name = train::frozenSource(settings.effectSource);
    if (name.empty()) {
        return nullptr;
    }
    return loadModel(chooseModel(name, project), placeOf(settings, group), stop, progress);
}

/// Figures for the ledger's row: the last of each kind in the run's events.
Json summaryOf(const fs::path& folder)
{
    Json summary = Json::object();
    EventReader reader{folder / "events.jsonl"};
    for (const Json& event : reader.poll()) {
        const std::string kind = event.value("event", "");
        if (kind == "step") {
            for (const char* key : {"step", "loss", "mean_pce", "preference_ratio", "seconds"}) {
                summary[key] = event.value(key, Json{});
            }
        } else if (kind == "evaluate") {
            summary["held_out_loss"] = event.value("loss", Json{});
            if (!summary.contains("held_out_first")) {
                summary["held_out_first"] = event.value("loss", Json{});
            }
        }
    }
    return summary;
}

/// Keeps the ledger's row true whatever way the run ends.
class LedgerEntry
{
public:
    LedgerEntry(store::Project& project, store::RunRow row)
        : m_project{project}
        , m_row{std::move(row)}
    {
        store::RunLedger{m_project}.setState(m_row.id, store::RunState::Running);
    }

    void end(store::RunState state, const std::string& error = {})
    {
        store::RunLedger ledger{m_project};
        ledger.setSummary(m_row.id, summaryOf(m_project.folder() / m_row.folder));
        ledger.setState(m_row.id, state, error);
    }

private:
    store::Project& m_project;
    store::RunRow m_row;
};

struct Sources
{
    std::unique_ptr<ProjectExamples> train;
    std::unique_ptr<ProjectExamples> heldOut;
};

Sources sourcesOf(store::Project& project, const store::RunRow& row,
                  const train::TrainingSettings& settings,
                  const std::shared_ptr<const model::ModelFiles>& files)
{
    store::Splits splits{project};
    const auto split = splits.find(row.split);
    if (!split) {
        throw Error{ErrorKind::BadInput, "the run's split is gone", row.split,
                    "make it again with the same settings"};
    }
    std::vector<ExampleId> heldOut = splits.examples(split->id, store::SplitPart::Validation);
    if (heldOut.empty()) {
        heldOut = splits.examples(split->id, store::SplitPart::Test);
    }
    if (settings.evaluateLimit > 0 && std::cmp_less(settings.evaluateLimit, heldOut.size())) {
        heldOut.resize(static_cast<std::size_t>(settings.evaluateLimit));
    }
    const ExampleSettings examples = exampleSettings(settings);
    Sources sources;
    sources.train = std::make_unique<ProjectExamples>(
        project.file(), splits.examples(split->id, store::SplitPart::Train), files, examples);
    if (!heldOut.empty()) {
        sources.heldOut =
            std::make_unique<ProjectExamples>(project.file(), std::move(heldOut), files, examples);
    }
    return sources;
}

train::RunResult trainInProject(store::Project& project, const store::RunRow& row,
                                train::RunDirectory& directory, const StopToken& stop,
                                Progress& progress, train::RunControl& control,
                                train::ProcessGroup& group)
{
    const train::TrainingSettings& settings = directory.settings();
    const auto decoder =
        trainableDecoder(chooseModel(row.model, &project), settings, stop, progress, group);
    const auto frozen = frozenDecoder(settings, &project, stop, progress, group);
    const Sources sources = sourcesOf(project, row, settings, decoder->sharedFiles());
    train::Trainer trainer{*decoder,     *sources.train, sources.heldOut.get(),
                           frozen.get(), directory,      group};
    return trainer.run(stop, progress, control);
}

} // namespace

store::RunRow prepareRun(const fs::path& projectFile, const RunRequest& request)
{
    train::validate(request.settings);
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadWrite);
    store::Splits splits{*project};
    const auto named = request.split.empty() ? std::nullopt : splits.find(request.split);
    if (!request.split.empty() && !named) {
        throw Error{ErrorKind::BadInput, "no split is called \"" + request.split + "\"",
                    projectFile.string(), "see `nextquill data stats`"};
    }
    const store::Split split = named ? *named : splits.newestOrCreate();
    const ModelChoice choice = chooseModel(request.model, project.get());
    OrderedJson manifest = manifestFor(choice, request.settings.seed);
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
                                    .settings = train::toJson(request.settings)});
    try {
        static_cast<void>(train::RunDirectory::create(project->folder() / row.folder,
                                                      request.settings, manifest));
    } catch (...) {
        ledger.remove(row.id); // a run without a folder can neither begin nor be shown
        throw;
    }
    return row;
}

namespace {

/// A rank that does not lead: it reads the project and leaves no trace in it.
train::RunResult followRun(const fs::path& projectFile, const std::string& run,
                           const StopToken& stop, Progress& progress, train::RunControl& control,
                           train::ProcessGroup& group)
{
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadOnly);
    const auto row = store::RunLedger{*project}.find(run);
    if (!row) {
        throw Error{ErrorKind::BadInput, "this host's project has no run \"" + run + "\"",
                    projectFile.string(), "give all ranks the same project file"};
    }
    const auto directory = train::RunDirectory::openSilently(project->folder() / row->folder);
    return trainInProject(*project, *row, *directory, stop, progress, control, group);
}

} // namespace

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
                            train::ProcessGroup& group)
{
    if (!group.leads()) {
        return followRun(projectFile, run, stop, progress, control, group);
    }
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadWrite);
    const auto row = store::RunLedger{*project}.find(run);
    if (!row) {
        throw Error{ErrorKind::BadInput, "no run is called \"" + run + "\"", projectFile.string(),
                    "see `nextquill runs list`"};
    }
    if (row->state == store::RunState::Done) {
        throw Error{ErrorKind::BadInput, "the run is done", run, "start a new one"};
    }
    LedgerEntry entry{*project, *row};
    try {
        const auto directory = train::RunDirectory::open(project->folder() / row->folder);
        const train::RunResult result =
            trainInProject(*project, *row, *directory, stop, progress, control, group);
        entry.end(result.end == train::RunEnd::Finished ? store::RunState::Done
                                                        : store::RunState::Stopped);
        return result;
    } catch (const Stopped&) { // while loading: nothing was trained yet
        entry.end(store::RunState::Stopped);
        return {.end = train::RunEnd::Stopped};
    } catch (const std::exception& error) {
        const Error reason = asError(error, "run " + run);
        entry.end(store::RunState::Failed, reason.what());
        throw Error{reason};
    }
}

namespace {

train::RunResult trainRecords(train::RunDirectory& directory, const fs::path& records,
                              const ModelChoice& choice, const StopToken& stop, Progress& progress,
                              train::RunControl& control, train::ProcessGroup& group)
{
    const train::TrainingSettings& settings = directory.settings();
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
                                train::ProcessGroup& group)
{
    train::validate(settings);
    const ModelChoice choice = chooseModel(model, nullptr);
    const bool goesOn = // rank 0 tells: others may look when it has made the folder already
        group.any(group.leads() && group.launch().attempt > 0 && fs::exists(folder / "run.toml"));
    if (group.leads() && !goesOn) {
        OrderedJson manifest = manifestFor(choice, settings.seed);
        manifest["data"] = {{"records", fs::absolute(records).string()},
                            {"sha256", sha256OfFile(records)}};
        static_cast<void>(train::RunDirectory::create(folder, settings, manifest));
    }
    group.waitForAll(); // the folder is there now
    if (goesOn) {
        return resumeRecords(folder, stop, progress, control, group);
    }
    return trainRecords(*openFor(group, folder), records, choice, stop, progress, control, group);
}

train::RunResult resumeRecords(const fs::path& folder, StopToken stop, Progress& progress,
                               train::RunControl& control, train::ProcessGroup& group)
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
    return trainRecords(*directory, records, choice, stop, progress, control, group);
}

} // namespace nextquill::workflow
