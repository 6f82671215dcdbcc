// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelChoice.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/hub/HubCache.h"
#include "core/hub/HubReference.h"
#include "core/hub/HubSettings.h"
#include "core/model/ModelFiles.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/train/CheckpointWeights.h"
#include "core/workflow/Devices.h"
#include "core/workflow/ModelRegistry.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view demoName = "demo";
constexpr std::string_view demoFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

bool isAdapter(const fs::path& folder)
{
    return fs::exists(folder / "adapter_config.json");
}

/// Names that lead to names, in files of anyone's making, could do so in a circle.
constexpr int deepestName = 8;

ModelChoice chosen(std::string_view model, store::Project* project, int depth);

/// The base that an adapter's configuration names: a path, absolute or beside the adapter, or a
/// name that the project knows.
fs::path baseOfAdapter(const fs::path& folder, store::Project* project, int depth)
{
    const Json config = readJsonFile(folder / "adapter_config.json", {});
    const bool named = config.is_object() && config.contains("base_model_name_or_path") &&
                       config.at("base_model_name_or_path").is_string();
    const std::string base =
        named ? config.at("base_model_name_or_path").get<std::string>() : std::string{};
    for (const fs::path& candidate : {fs::path{base}, folder / base}) {
        if (!base.empty() && fs::exists(candidate)) {
            return candidate;
        }
    }
    if (!base.empty() && !isAdapter(folder / base)) {
        const ModelChoice known = chosen(base, project, depth + 1);
        if (!known.adapter) {
            return known.base;
        }
    }
    throw Error{ErrorKind::BadInput, "the adapter's base model \"" + base + "\" is not here",
                (folder / "adapter_config.json").string(),
                "give it as base_model_name_or_path there"};
}

ModelChoice choiceOf(std::string name, const fs::path& path, store::Project* project, int depth)
{
    if (isAdapter(path)) {
        return {
            .name = std::move(name), .base = baseOfAdapter(path, project, depth), .adapter = path};
    }
    return {.name = std::move(name), .base = path};
}

/// A run's finished model, or its folder's state in words.
ModelChoice choiceOfRun(const store::RunRow& run, store::Project& project, int depth)
{
    const fs::path folder = project.folder() / run.folder / "model";
    if (!fs::exists(folder)) {
        throw Error{ErrorKind::BadInput, "the run has no model yet", run.name,
                    "let it finish, or take another model"};
    }
    if (!isAdapter(folder)) {
        return {.name = run.name, .base = folder, .adapter = {}, .run = folder.parent_path()};
    }
    // The ledger's base comes first: the adapter's own path may be of another machine.
    ModelChoice base = chosen(run.model, &project, depth + 1);
    return {.name = run.name, .base = base.base, .adapter = folder, .run = folder.parent_path()};
}

/// RUN@STEP; none where it is no such name.
std::optional<ModelChoice> checkpointOf(std::string_view model, store::RunLedger& ledger,
                                        store::Project& project, int depth)
{
    const std::size_t at = model.rfind('@');
    std::int64_t step = 0;
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = model.substr(at + 1);
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), step);
    const auto run = failed == std::errc{} && end == digits.data() + digits.size()
                         ? ledger.find(model.substr(0, at))
                         : std::nullopt;
    if (!run) {
        return std::nullopt;
    }
    ModelChoice choice = chosen(run->model, &project, depth + 1);
    choice.name = std::string{model};
    choice.run = project.folder() / run->folder;
    choice.step = step;
    return choice;
}

std::optional<ModelChoice> knownToProject(std::string_view model, store::Project& project,
                                          int depth)
{
    store::RunLedger ledger{project};
    if (const auto known = ledger.findModel(model)) {
        const fs::path path =
            known->path.is_absolute() ? known->path : project.folder() / known->path;
        return choiceOf(known->name, path, &project, depth);
    }
    if (const auto run = ledger.find(model)) {
        return choiceOfRun(*run, project, depth);
    }
    return checkpointOf(model, ledger, project, depth);
}

} // namespace

std::optional<fs::path> demoModel()
{
    const char* named = std::getenv("NEXTQUILL_DEMO_MODEL");
    const fs::path file =
        named != nullptr ? fs::path{named} : userDataFolder() / "nextquill" / "models" / demoFile;
    return fs::exists(file) ? std::optional{file} : std::nullopt;
}

namespace {

std::string namesOf(const std::vector<std::string>& files)
{
    std::string names;
    for (const std::string& file : files) {
        names += (names.empty() ? "" : ", ") + file;
    }
    return names;
}

/// A model of the hub's cache. None where `model` is no such name.
std::optional<ModelChoice> cachedModel(std::string_view model, store::Project* project, int depth)
{
    const auto reference = hub::readHubReference(model);
    if (!reference) {
        return std::nullopt;
    }
    const hub::HubCache cache{hub::hubCacheFolder()};
    const std::string name = reference->name.text();
    const auto found = cache.find(reference->name, reference->revision);
    const bool hasFile =
        found && std::ranges::find(found->ggufs, reference->file) != found->ggufs.end();
    if (hasFile) {
        const fs::path folder = cache.snapshot(reference->name, found->commit);
        return choiceOf(std::string{model}, folder / reference->file, project, depth);
    }
    if (found && found->isWhole && reference->file.empty()) {
        return choiceOf(std::string{model}, found->path, project, depth);
    }
    if (found && found->ggufs.size() > 1 && reference->file.empty()) {
        throw Error{ErrorKind::BadInput, "the model " + name + " has several .gguf files here",
                    cache.folder().string(),
                    "name one, as " + name + "/FILE: " + namesOf(found->ggufs)};
    }
    throw Error{
        ErrorKind::BadInput,
        found ? "only a part of the model " + name + " is here" : "no model \"" + name + "\"",
        "neither a folder or name here, nor whole in the hub's cache " + cache.folder().string(),
        "fetch it: nextquill model fetch " + name +
            (reference->revision == "main" ? "" : " --revision " + reference->revision) +
            (reference->file.empty() ? "" : " --file " + reference->file)};
}

ModelChoice chosen(std::string_view model, store::Project* project, int depth)
{
    if (depth > deepestName) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("the model \"{}\" is named as its own base", model),
                    "base_model_name_or_path of an adapter", "give the base model's folder there"};
    }
    if (project != nullptr) {
        if (auto known = knownToProject(model, *project, depth)) {
            return *known;
        }
    }
    if (model == demoName) { // also where a folder is called so: the demo's own often is
        if (const auto file = demoModel()) {
            return {.name = std::string{demoName}, .base = *file};
        }
        throw Error{ErrorKind::BadInput, "the demo model is not installed",
                    (userDataFolder() / "nextquill" / "models" / demoFile).string(),
                    "run ./setup, or name another model"};
    }
    if (const auto known = ModelRegistry{}.find(model)) {
        return choiceOf(known->name, known->path, project, depth);
    }
    const fs::path path{model};
    if (std::error_code error; !model.empty() && fs::exists(path, error)) {
        return choiceOf(path.filename().empty() ? path.parent_path().filename().string()
                                                : path.filename().string(),
                        fs::absolute(path), project, depth);
    }
    if (auto cached = cachedModel(model, project, depth)) {
        return *cached;
    }
    throw Error{ErrorKind::BadInput, fmt::format("no model \"{}\"", model),
                project != nullptr ? "neither a model or run of " + project->file().string() +
                                         ", nor a folder or file here"
                                   : "no folder or file of that name",
                "give a Hugging Face folder, a .gguf file, a run's name or a model's name"};
}

} // namespace

ModelChoice chooseModel(std::string_view model, store::Project* project)
{
    return chosen(model, project, 0);
}

std::unique_ptr<model::Decoder> loadModel(const ModelChoice& choice,
                                          const model::DecoderOptions& options, StopToken stop,
                                          Progress& progress)
{
    requireUsable(deviceNamed(options.device));
    auto decoder = model::Decoder::load(model::ModelFiles::open(choice.base), options,
                                        choice.adapter, std::move(stop), progress);
    if (choice.step) {
        train::takeCheckpoint(*decoder, choice.run, *choice.step);
    }
    return decoder;
}

model::DecoderOptions decoderOptions(const std::string& device, std::string_view dtype, int threads)
{
    model::setThreads(threads);
    model::DecoderOptions options{.device = device};
    if (dtype == "float32") {
        options.dtype = model::ComputeType::Float32;
    } else if (dtype == "bfloat16") {
        options.dtype = model::ComputeType::BFloat16;
    } else if (dtype == "float64") {
        options.dtype = model::ComputeType::Float64;
    }
    return options;
}

} // namespace nextquill::workflow
