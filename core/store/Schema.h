// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Connection;

/// "NxQl" in the header of every project file.
constexpr std::int64_t applicationId = 0x4E78'516C;

/// The built-in migrations in their order: number N brings a file from version N to N + 1.
[[nodiscard]] std::vector<std::string_view> migrations();

/// Number of migrations that a file has seen.
[[nodiscard]] std::int64_t schemaVersion(Connection& connection);

/// Throws Error(BadInput) when the file is not one of ours.
void requireProject(Connection& connection);

/// Brings an empty or older file to the newest version: one transaction for each step.
void migrate(Connection& connection, const std::vector<std::string_view>& steps);

/// Copies the database to `FILE.before-vN` beside it; returns that path.
std::string backUp(Connection& connection, std::int64_t version);

/// Throws Error(BadInput) when tables, indices, triggers or views are not exactly those that the
/// steps make, and some of optionalIndices().
void requireSchema(Connection& connection, const std::vector<std::string_view>& steps);

/// Throws Error(BadInput) when there are triggers, views or virtual tables other than full-text
/// indices: they run a stranger's statements or another module's code.
void refuseTriggersAndViews(Connection& connection);

/// Throws Error(Storage) when SQLite's quick check finds damage. Only for files of a size that is
/// checked at once; Project::check() is for all.
void requireSoundPages(Connection& connection);

} // namespace nextquill::store
