// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Erasure.h"
#include "core/store/TextPrints.h"
#include "core/store/export/ExportLog.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// Whether a name stands in a text as a whole: not as a part of a longer word. One of less than
/// four bytes must stand in double quotes.
[[nodiscard]] bool hasName(std::string_view text, std::string_view name);

/// The text with the name overwritten by x wherever hasName() finds it; a short one stays.
[[nodiscard]] std::string maskedName(std::string text, std::string_view name);

/// All that belongs to a project: its file, what SQLite and this program keep beside it, and its
/// folder with everything below. Links are not followed.
[[nodiscard]] std::vector<std::filesystem::path>
filesOfProject(const std::filesystem::path& project);

/// Removes the copies that were made before a migration; returns which.
std::vector<std::string> removeBackups(const std::filesystem::path& project);

/// Removes what the window keeps of where its user was (`window.json`): filters may name people and
/// search for their words. Throws Error(Storage).
void forgetPlaces(const std::filesystem::path& project);

/// Overwrites a name in the list of exports and in the logs and settings of runs by x as often as
/// it has bytes, in place; returns in which. Throws Error(Storage).
std::vector<std::string> maskInLogs(const std::filesystem::path& project, std::string_view name,
                                    const StopToken& stop);

/// Looks through all files; fills in `files`, `bytes` and `traces`. Throws Error(Storage), Stopped.
void lookForTraces(const std::filesystem::path& project, const TextPrints& prints, Erasure& erasure,
                   const StopToken& stop, Progress& progress);

/// Looks through what was written out of the project; adds to `exports`. What cannot be read counts
/// as not there. Throws Stopped.
void lookThroughExports(const std::vector<NotedExport>& noted, const TextPrints& prints,
                        Erasure& erasure, const StopToken& stop, Progress& progress);

} // namespace nextquill::store
