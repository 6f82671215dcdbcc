// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ClaimedRun.h"

#include "core/base/Error.h"
#include "core/base/EventLog.h"
#include "core/model/Decoder.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/text/MarkupFile.h"
#include "core/train/RunDirectory.h"
#include "core/workflow/Devices.h"
#include "core/workflow/Failure.h"
#include "core/workflow/ProjectExamples.h"
#include "core/workflow/TrainingModels.h"

#include <optional>
#include <utility>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

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

/// Keeps the ledger's row true whatever way the claimed run ends.
void noteEnd(store::Project& project, const store::RunRow& row, store::RunState state,
             const std::string& error = {})
{
    store::RunLedger ledger{project};
    ledger.setSummary(row.id, summaryOf(project.folder() / row.folder));
    ledger.setState(row.id, state, error);
}

/// What the run began with, so that it goes on with the same prompts; none in the folders of old
/// versions.
std::optional<text::ChatMarkup> markupOfRun(const train::RunDirectory& directory)
{
    const auto found = directory.manifest().find("markup");
    if (found == directory.manifest().end()) {
        return std::nullopt;
    }
    return text::readMarkup(Json::parse(found->dump()),
                            (directory.folder() / "manifest.json").string());
}

struct Sources
{
    std::unique_ptr<ProjectExamples> train;
    std::unique_ptr<ProjectExamples> heldOut;
};

Sources sourcesOf(store::Project& project, const store::RunRow& row,
                  const train::TrainingSettings& settings,
                  const std::shared_ptr<const model::ModelFiles>& files,
                  const train::RunDirectory& directory)
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
    ExampleSettings examples = exampleSettings(settings);
    examples.markup = markupOfRun(directory);
    follow(promptRecipeOf(directory.manifest(), (directory.folder() / "manifest.json").string()),
           examples);
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
    const Sources sources = sourcesOf(project, row, settings, decoder->sharedFiles(), directory);
    train::Trainer trainer{*decoder,     *sources.train, sources.heldOut.get(),
                           frozen.get(), directory,      group};
    return trainer.run(stop, progress, control);
}

} // namespace

train::RunResult trainClaimed(store::Project& project, const store::RunRow& row,
                              const StopToken& stop, Progress& progress, train::RunControl& control,
                              train::ProcessGroup& group, const std::function<bool()>& keepsPlace)
{
    const auto stopped = [&] {
        return keepsPlace && keepsPlace() && row.place > 0 ? store::RunState::Paused
                                                           : store::RunState::Stopped;
    };
    try {
        const auto directory = train::RunDirectory::open(project.folder() / row.folder);
        const train::RunResult result =
            trainInProject(project, row, *directory, stop, progress, control, group);
        noteEnd(project, row,
                result.end == train::RunEnd::Finished ? store::RunState::Done : stopped());
        return result;
    } catch (const Stopped&) { // while loading: nothing was trained yet
        noteEnd(project, row, stopped());
        return {.end = train::RunEnd::Stopped};
    } catch (const std::exception& error) {
        const Error reason = asError(error, "run " + row.name);
        if (reason.kind() == ErrorKind::DeviceLost && group.isAlone()) {
            noteLost(deviceNamed(row.settings.value("device", std::string{"auto"})), reason);
        }
        noteEnd(project, row, store::RunState::Failed, reason.what());
        throw Error{reason};
    }
}

train::RunResult followRun(store::Project& project, const store::RunRow& row, const StopToken& stop,
                           Progress& progress, train::RunControl& control,
                           train::ProcessGroup& group)
{
    const auto directory = train::RunDirectory::openSilently(project.folder() / row.folder);
    return trainInProject(project, row, *directory, stop, progress, control, group);
}

} // namespace nextquill::workflow
