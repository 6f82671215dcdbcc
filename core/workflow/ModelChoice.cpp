// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelChoice.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/ModelFiles.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/train/TrainingMemory.h"
#include "core/workflow/Devices.h"

#include <cstdlib>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view demoName = "demo";
constexpr std::string_view demoFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

fs::path dataHome()
{
    if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder != '\0') {
        return folder;
    }
    const char* home = std::getenv("HOME");
    return home != nullptr ? fs::path{home} / ".local/share" : fs::path{};
}

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
        return {.name = run.name, .base = folder};
    }
    // The ledger's base comes first: the adapter's own path may be of another machine.
    ModelChoice base = chosen(run.model, &project, depth + 1);
    return {.name = run.name, .base = base.base, .adapter = folder};
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
    return std::nullopt;
}

} // namespace

std::optional<fs::path> demoModel()
{
    const char* named = std::getenv("NEXTQUILL_DEMO_MODEL");
    const fs::path file =
        named != nullptr ? fs::path{named} : dataHome() / "nextquill" / "models" / demoFile;
    return fs::exists(file) ? std::optional{file} : std::nullopt;
}

namespace {

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
                    (dataHome() / "nextquill" / "models" / demoFile).string(),
                    "run ./setup, or name another model"};
    }
    const fs::path path{model};
    if (!model.empty() && fs::exists(path)) {
        return choiceOf(path.filename().empty() ? path.parent_path().filename().string()
                                                : path.filename().string(),
                        fs::absolute(path), project, depth);
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
    return model::Decoder::load(model::ModelFiles::open(choice.base), options, choice.adapter,
                                std::move(stop), progress);
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

namespace {

/// The markup's name, or why there is none; all else of the model is known then, too.
void describeMarkup(ModelSummary& summary, const model::ModelFiles& files)
{
    try {
        summary.markup = files.markup().name;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Unsupported) {
            throw;
        }
        summary.markup = "not recognised";
        summary.markupProblem = error.problem() + ": " + error.remedy();
    }
}

} // namespace

ModelSummary summarise(const ModelChoice& choice)
{
    const auto files = model::ModelFiles::open(choice.base);
    const model::ModelConfig& config = files->config();
    constexpr std::int64_t contextTokens = 2048;
    constexpr std::uint64_t wordBytes = 4; // float32
    const auto parameters = static_cast<std::uint64_t>(config.parameters());
    const auto layers = static_cast<std::uint64_t>(config.layers);
    const auto cacheRow =
        2 * static_cast<std::uint64_t>(config.keyValueHeads * config.headSize) * layers;
    const std::uint64_t weights = parameters * wordBytes;
    const auto training = [&](bool full) {
        train::TrainingSettings settings;
        settings.full = full;
        constexpr train::PassSize pass{.tokens = contextTokens, .targetTokens = contextTokens / 8};
        return train::trainingMemory(config, settings, wordBytes, pass, /*recompute=*/false).peak();
    };
    ModelSummary summary{
        .name = choice.name,
        .kind = choice.adapter ? "adapter on " + files->kind() : files->kind(),
        .architecture = config.modelType,
        .parameters = config.parameters(),
        .bytes = files->bytes(),
        .dtype = files->dtypeName(),
        .context = config.contextLength,
        .vocabulary = config.vocabularySize,
        .license = files->license(),
        .inferenceBytes = weights + std::uint64_t{contextTokens} * cacheRow * wordBytes,
        .lowRankBytes = training(false),
        .fullBytes = training(true),
    };
    describeMarkup(summary, *files);
    return summary;
}

} // namespace nextquill::workflow
