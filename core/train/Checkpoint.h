// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace nextquill::train {

/// Makes a checkpoint's folder so that it is there whole or not at all, also after a power cut:
/// files are written into a temporary folder beside it and synced, a manifest with the SHA-256 of
/// each is added, the folder is synced, renamed to its place, and the folder above is synced.
///
/// `writeFiles` writes what belongs into the folder it is given. Throws Error(Storage); a folder
/// that was there before is untouched then.
/// Source  shared RELIABILITY.md, 1.1: the one protocol of those tried that lost nothing
void writeCheckpoint(const std::filesystem::path& folder, const OrderedJson& state,
                     const std::function<void(const std::filesystem::path&)>& writeFiles);

/// True when the manifest names the files that are there, with their digests.
[[nodiscard]] bool isWholeCheckpoint(const std::filesystem::path& folder);

/// What `state` was given to writeCheckpoint. Throws Error(BadInput) when the checkpoint is not
/// whole.
[[nodiscard]] Json checkpointState(const std::filesystem::path& folder);

} // namespace nextquill::train
