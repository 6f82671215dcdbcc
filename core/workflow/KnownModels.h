// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

enum class ModelSource {
    Project,  ///< the project knows it by a name
    Registry, ///< the user gave it a name
    Hub,      ///< in the hub's cache
    Demo,     ///< came with the setup
};

[[nodiscard]] std::string_view name(ModelSource source); ///< "project", "registry", "hub", "demo"

/// A model that commands and windows can take by its name.
struct KnownModel
{
    std::string name; ///< what chooseModel() takes
    ModelSource source = ModelSource::Registry;
    std::filesystem::path path;
    std::string kind;        ///< empty where it was not looked at
    std::string description; ///< "llama, 135 M parameters, Q4_1", "not whole"; may be empty
    bool isWhole = true;     ///< false: a fetch from the hub stopped before its end
};

/// Those of the project (which may be null), of the user, of the hub's cache and the demo's; names
/// of a project hide the others'.
[[nodiscard]] std::vector<KnownModel> knownModels(store::Project* project);

/// Gives a model a name: in the project, or, where it is null, for all projects. `model` is what
/// chooseModel() takes; it must open. Without a `name` it gets its file's, with a number where
/// another model has that name already. A `name` that is given replaces what had it.
///
/// Returns the name. Throws what opening the model throws; Error(BadInput) for a name that cannot
/// be one.
std::string addModel(const std::string& model, const std::string& name, store::Project* project);

/// What removeModel() deletes: the files of the model itself, never others of its folder.
[[nodiscard]] std::vector<std::filesystem::path> filesOf(const KnownModel& model);

/// How much removeModel() with `deletesFiles` deletes.
struct FilesToDelete
{
    std::filesystem::path folder;   ///< of all of them
    std::vector<std::string> files; ///< their names in it, sorted
    std::uint64_t bytes = 0;
};

/// For a model of the hub's cache all that the cache has of it, other revisions too; else
/// filesOf(). Nothing for the demo's.
[[nodiscard]] FilesToDelete filesToDelete(const KnownModel& model);

/// Forgets the name; with `deletesFiles` also deletes filesOf() and the folder when it is empty
/// then. A model of the hub's cache has no other name: it is removed only
/// with its files, all that the cache has of it.
///
/// Throws Error(BadInput) for a name that is not known or is the demo's, Error(Storage)
void removeModel(const std::string& name, store::Project* project, bool deletesFiles);

} // namespace nextquill::workflow
