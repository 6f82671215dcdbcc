// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Json.h"
#include "core/base/ProcessIdentity.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

enum class RunState {
    Waiting, ///< for its turn, or to be started
    Running,
    Paused,  ///< its program ended in the middle of it
    Stopped, ///< by a person
    Failed,
    Done,
};

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
    std::int64_t place = 0;    ///< orders the queue (RunQueueOrder); 0: not in it
    bool ownProcess = false;   ///< the window starts a process of its own for it
    ProcessIdentity process;   ///< that trains it, while it is Running

    [[nodiscard]] bool isInQueue() const
    {
        return place > 0 && (state == RunState::Waiting || state == RunState::Paused);
    }
    [[nodiscard]] bool operator==(const RunRow&) const = default;
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
/// Several processes may change the runs of a project at the same time (OpenMode::Ledger): what
/// must not happen twice is one transaction here.
///
/// Throws   Error(BadInput) naming the id or name when what is to be changed is not there
class RunLedger
{
public:
    explicit RunLedger(Project& project)
        : m_project{project}
    {
    }

    /// Adds a run in state Waiting and gives it a name from `stem` and the next free number. It is
    /// not in the queue yet.
    RunRow add(const std::string& stem, RunRow row);

    /// Makes the run that of this process: Running. A run whose process has ended may be claimed;
    /// `force` takes it also from another host that nothing is known of.
    ///
    /// Throws Error(BadInput) when it is done, or goes on in another process (or in this one).
    RunRow claim(RunId run, bool force = false);

    /// The end of a claim, or of waiting. A run that was stopped, has failed or is done leaves the
    /// queue; one that is paused keeps its place.
    void setState(RunId run, RunState state, const std::string& error = {});
    void setOwnProcess(RunId run, bool ownProcess);
    void setSummary(RunId run, const Json& summary);
    [[nodiscard]] std::vector<RunRow> all() const; ///< newest first
    [[nodiscard]] std::optional<RunRow> find(std::string_view nameOrId) const;
    /// The same. Throws Error(BadInput) when there is none.
    [[nodiscard]] RunRow get(std::string_view nameOrId) const;
    /// Takes the row out of the ledger; the caller removes the folder. Throws Error(BadInput) while
    /// it is running.
    void remove(RunId run);

    /// Runs that were Running when their program died: now Paused. They go on from their newest
    /// checkpoint, or begin again; those of the queue have kept their place in it.
    std::vector<RunRow> recoverInterrupted();

    void addModel(ModelRow model); ///< replaces one of the same name
    [[nodiscard]] std::vector<ModelRow> models() const;
    [[nodiscard]] std::optional<ModelRow> findModel(std::string_view name) const;
    void removeModel(std::string_view name);

private:
    Project& m_project;
};

} // namespace nextquill::store
