// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Json.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

enum class RunState { Waiting, Running, Paused, Stopped, Failed, Done };

[[nodiscard]] std::string_view name(RunState state); ///< "waiting", "running", …

/// One row of the ledger. Figures over time stand in the run's events.jsonl, not here.
struct RunRow
{
    RunId id{};
    std::string name; ///< unique, also the folder's name: "nextquill-3"
    RunState state = RunState::Waiting;
    std::string objective;
    std::string model; ///< as the user named it
    std::string split;
    std::string dataDigest;
    std::string folder;        ///< relative to Project::folder(): "runs/nextquill-3"
    Json settings;             ///< resolved, as in run.toml
    Json summary;              ///< last loss, held-out loss, steps, seconds …; empty until known
    std::int64_t created = 0;  ///< milliseconds since 1970, UTC
    std::int64_t finished = 0; ///< 0: not yet
    std::string error;         ///< of a failed run, as shown
};

/// A model that the project knows by a name.
struct ModelRow
{
    ModelId id{};
    std::string name;           ///< unique
    std::filesystem::path path; ///< absolute, or relative to Project::folder()
    std::string kind;           ///< "huggingface", "gguf", "run"
    std::string description;    ///< "Llama, 135 M parameters, Q4_1"
};

/// The runs and models of a project.
///
/// Throws   Error(BadInput) naming the id or name when what is to be changed is not there
class RunLedger
{
public:
    explicit RunLedger(Project& project)
        : m_project{project}
    {
    }

    /// Adds a run in state Waiting and gives it a name from `stem` and the next free number.
    RunRow add(const std::string& stem, RunRow row);
    void setState(RunId run, RunState state, const std::string& error = {});
    void setSummary(RunId run, const Json& summary);
    [[nodiscard]] std::vector<RunRow> all() const; ///< newest first
    [[nodiscard]] std::optional<RunRow> find(std::string_view nameOrId) const;
    /// Takes the row out of the ledger; the caller removes the folder.
    void remove(RunId run);
    /// Runs that were Running when the program died: now Paused when they have a checkpoint, else
    /// Failed.
    std::vector<RunRow> recoverInterrupted();

    void addModel(ModelRow model); ///< replaces one of the same name
    [[nodiscard]] std::vector<ModelRow> models() const;
    [[nodiscard]] std::optional<ModelRow> findModel(std::string_view name) const;
    void removeModel(std::string_view name);

private:
    Project& m_project;
};

} // namespace nextquill::store
