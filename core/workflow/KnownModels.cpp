// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/KnownModels.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/hub/HubCache.h"
#include "core/hub/HubSettings.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ModelInfo.h"
#include "core/workflow/ModelRegistry.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <system_error>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 12> modelFileNames{
    "config.json",         "generation_config.json",
    "tokenizer.json",      "tokenizer_config.json",
    "tokenizer.model",     "special_tokens_map.json",
    "added_tokens.json",   "vocab.json",
    "merges.txt",          "chat_template.jinja",
    "adapter_config.json", "model.safetensors.index.json"};

void addUnlessNamed(std::vector<KnownModel>& models, KnownModel model)
{
    if (std::ranges::find(models, model.name, &KnownModel::name) == models.end()) {
        models.push_back(std::move(model));
    }
}

void addCached(std::vector<KnownModel>& models)
{
    for (const hub::CachedModel& cached : hub::HubCache{hub::hubCacheFolder()}.all()) {
        const bool isMain = cached.revision == "main";
        std::string name = cached.name.text() + (isMain ? "" : "@" + cached.commit);
        if (cached.isWhole || cached.ggufs.empty()) {
            addUnlessNamed(models, {.name = std::move(name),
                                    .source = ModelSource::Hub,
                                    .path = cached.path,
                                    .description = cached.isWhole ? "" : "not whole: fetch it",
                                    .isWhole = cached.isWhole});
            continue;
        }
        for (const std::string& file : cached.ggufs) {
            addUnlessNamed(models, {.name = cached.name.text() + "/" + file,
                                    .source = ModelSource::Hub,
                                    .path = cached.path / file});
        }
    }
}

/// OWNER/NAME of "OWNER/NAME@REVISION" and "OWNER/NAME/FILE".
std::string hubNameIn(const std::string& name)
{
    const std::size_t slash = name.find('/');
    return name.substr(0, name.find_first_of("@/", slash + 1));
}

KnownModel requireKnown(const std::string& name, store::Project* project)
{
    const std::vector<KnownModel> models = knownModels(project);
    const auto found = std::ranges::find(models, name, &KnownModel::name);
    if (found == models.end()) {
        throw Error{ErrorKind::BadInput,
                    "no model is called \"" + escapedForDisplay(name, 120) + "\"",
                    project != nullptr ? project->file().string() : "the models of this machine",
                    "see `nextquill model list`"};
    }
    return *found;
}

/// `wish`, or the same with a number where another model has the name.
std::string freeName(const std::string& wish, const fs::path& path, store::Project* project)
{
    std::map<std::string, fs::path> taken{{"demo", {}}};
    if (project != nullptr) {
        for (const store::ModelRow& row : store::RunLedger{*project}.models()) {
            taken[row.name] = row.path;
        }
    } else {
        for (const RegisteredModel& model : ModelRegistry{}.all()) {
            taken[model.name] = model.path;
        }
    }
    const std::string stem = registrableName(wish);
    std::string name = stem;
    for (int number = 2; taken.contains(name) && taken.at(name) != path; ++number) {
        name = fmt::format("{}-{}", stem, number);
    }
    return name;
}

void deleteFiles(const KnownModel& model)
{
    for (const fs::path& file : filesOf(model)) {
        std::error_code error;
        fs::remove(file, error);
        if (error) {
            throw Error{ErrorKind::Storage, "the file cannot be deleted (" + error.message() + ")",
                        file.string(), "check the rights of the folder"};
        }
    }
    std::error_code ignored; // a folder with other files stays, which is no error
    if (fs::is_directory(model.path, ignored)) {
        fs::remove(model.path, ignored);
    }
}

} // namespace

std::string_view name(ModelSource source)
{
    switch (source) {
    case ModelSource::Project:
        return "project";
    case ModelSource::Registry:
        return "registry";
    case ModelSource::Hub:
        return "hub";
    case ModelSource::Demo:
        break;
    }
    return "demo";
}

std::vector<KnownModel> knownModels(store::Project* project)
{
    std::vector<KnownModel> models;
    if (project != nullptr) {
        for (const store::ModelRow& row : store::RunLedger{*project}.models()) {
            models.push_back(
                {.name = row.name,
                 .source = ModelSource::Project,
                 .path = row.path.is_absolute() ? row.path : project->folder() / row.path,
                 .kind = row.kind,
                 .description = row.description});
        }
    }
    for (const RegisteredModel& model : ModelRegistry{}.all()) {
        addUnlessNamed(models, {.name = model.name,
                                .source = ModelSource::Registry,
                                .path = model.path,
                                .kind = model.kind,
                                .description = model.description});
    }
    addCached(models);
    if (const auto demo = demoModel()) {
        addUnlessNamed(models, {.name = "demo", .source = ModelSource::Demo, .path = *demo});
    }
    return models;
}

std::string addModel(const std::string& model, const std::string& name, store::Project* project)
{
    const ModelChoice choice = chooseModel(model, nullptr);
    const ModelSummary summary = summarise(choice);
    const fs::path path = choice.adapter ? *choice.adapter : choice.base;
    const std::string taken = name.empty() ? freeName(choice.name, path, project) : name;
    const std::string description =
        fmt::format("{}, {:.0f} M parameters, {}", summary.architecture,
                    static_cast<double>(summary.parameters) / 1e6, summary.dtype);
    if (project != nullptr) {
        store::RunLedger{*project}.addModel(
            {.name = taken, .path = path, .kind = summary.kind, .description = description});
    } else {
        ModelRegistry{}.add(
            {.name = taken, .path = path, .kind = summary.kind, .description = description});
    }
    return taken;
}

std::vector<fs::path> filesOf(const KnownModel& model)
{
    std::vector<fs::path> files;
    std::error_code error;
    if (!fs::is_directory(model.path, error)) {
        return {model.path};
    }
    for (fs::directory_iterator entry{model.path, error}, end; !error && entry != end;
         entry.increment(error)) {
        const std::string file = entry->path().filename().string();
        if (entry->path().extension() == ".safetensors" ||
            std::ranges::find(modelFileNames, file) != modelFileNames.end()) {
            files.push_back(entry->path());
        }
    }
    std::ranges::sort(files);
    return files;
}

FilesToDelete filesToDelete(const KnownModel& model)
{
    std::error_code error; // a file that goes meanwhile is none to delete
    FilesToDelete found;
    const auto add = [&](const fs::path& file) {
        found.files.push_back(file.lexically_relative(found.folder).string());
        const std::uintmax_t bytes = fs::file_size(file, error);
        found.bytes += error ? 0 : bytes;
    };
    if (model.source == ModelSource::Hub) {
        const hub::HubCache cache{hub::hubCacheFolder()};
        found.folder = cache.folder() / hub::requireHubName(hubNameIn(model.name)).folder();
        for (fs::recursive_directory_iterator entry{found.folder, error}, end;
             !error && entry != end; entry.increment(error)) {
            std::error_code ignored;
            if (entry->is_regular_file(ignored) && !entry->is_symlink(ignored)) {
                add(entry->path());
            }
        }
    } else if (model.source != ModelSource::Demo) {
        found.folder = fs::is_directory(model.path, error) ? model.path : model.path.parent_path();
        for (const fs::path& file : filesOf(model)) {
            if (fs::exists(fs::symlink_status(file, error))) {
                add(file);
            }
        }
    }
    std::ranges::sort(found.files);
    return found;
}

void removeModel(const std::string& name, store::Project* project, bool deletesFiles)
{
    const KnownModel model = requireKnown(name, project);
    switch (model.source) {
    case ModelSource::Demo:
        throw Error{ErrorKind::BadInput, "the demo's model is not removed", model.path.string(),
                    "delete the file itself; ./setup fetches it again"};
    case ModelSource::Hub:
        if (!deletesFiles) {
            throw Error{ErrorKind::BadInput, "the model has no other name than the hub's",
                        model.path.string(), "delete it with --delete-files, or leave it"};
        }
        hub::HubCache{hub::hubCacheFolder()}.remove(hub::requireHubName(hubNameIn(model.name)));
        return;
    case ModelSource::Project:
        if (deletesFiles) {
            deleteFiles(model);
        }
        store::RunLedger{*project}.removeModel(name);
        return;
    case ModelSource::Registry:
        if (deletesFiles) {
            deleteFiles(model);
        }
        ModelRegistry{}.remove(name);
        return;
    }
}

} // namespace nextquill::workflow
