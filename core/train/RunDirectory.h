// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EventLog.h"
#include "core/train/TrainingSettings.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::train {

/// A run's folder (CLI.md, A run's directory): run.toml, manifest.json, events.jsonl,
/// checkpoints/STEP/, model/.
class RunDirectory
{
public:
    /// Makes the folder (0700) with run.toml and manifest.json. Throws Error(BadInput) when it
    /// holds a run already, or what is left of one; Error(Storage).
    [[nodiscard]] static std::unique_ptr<RunDirectory> create(const std::filesystem::path& folder,
                                                              const TrainingSettings& settings,
                                                              const OrderedJson& manifest);
    /// Opens one to go on with. Throws Error(BadInput) when it is none, Error(Storage).
    [[nodiscard]] static std::unique_ptr<RunDirectory> open(const std::filesystem::path& folder);
    /// The same for a rank that does not lead: its events go nowhere.
    [[nodiscard]] static std::unique_ptr<RunDirectory>
    openSilently(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] const TrainingSettings& settings() const { return m_settings; }
    [[nodiscard]] const OrderedJson& manifest() const { return m_manifest; }
    [[nodiscard]] EventLog& events() { return *m_events; }

    [[nodiscard]] std::filesystem::path modelFolder() const { return m_folder / "model"; }
    /// Steps of the whole checkpoints, newest first (a manifest that verifies).
    ///
    /// Speed    reads all of their files
    [[nodiscard]] std::vector<std::int64_t> checkpoints() const;
    /// Steps of all checkpoints' folders, newest first, whole or not.
    [[nodiscard]] std::vector<std::int64_t> checkpointFolders() const;
    [[nodiscard]] std::filesystem::path checkpointFolder(std::int64_t step) const;
    /// Removes what a program that was killed left of a checkpoint it was writing or removing, and
    /// puts back the one that it was about to replace.
    void removeUnfinishedCheckpoints() const;

private:
    RunDirectory() = default;
    [[nodiscard]] static std::unique_ptr<RunDirectory> read(const std::filesystem::path& folder);

    std::filesystem::path m_folder;
    TrainingSettings m_settings;
    OrderedJson m_manifest;
    std::unique_ptr<EventLog> m_events;
};

} // namespace nextquill::train
