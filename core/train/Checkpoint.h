// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace nextquill::train {

/// The file of a checkpoint that has its tensors.
constexpr const char* checkpointTensors = "state.safetensors";

/// Makes a checkpoint's folder so that it is there whole or not at all, also after a power cut:
/// files are written into a temporary folder beside it (".tmp") and synced, a manifest with the
/// SHA-256 of each is added, the folder is synced, renamed to its place, and the folder above is
/// synced.
///
/// `writeFiles` writes what belongs into the folder it is given: files, no folders. Throws
/// Error(Storage) and what writeFiles throws; the temporary folder is gone then and a folder that
/// was there before is untouched.
/// Source  shared RELIABILITY.md, 1.1: the one protocol of those tried that lost nothing
void writeCheckpoint(const std::filesystem::path& folder, const OrderedJson& state,
                     const std::function<void(const std::filesystem::path&)>& writeFiles);

/// What `state` was given to writeCheckpoint; none when the checkpoint is not whole: its manifest
/// names just the files that are there, each with its digest.
[[nodiscard]] std::optional<Json> checkpointState(const std::filesystem::path& folder);

/// Speed    reads every file once, for its digest
[[nodiscard]] bool isWholeCheckpoint(const std::filesystem::path& folder);

} // namespace nextquill::train
