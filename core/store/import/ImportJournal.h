// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/import/Importer.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

enum class ImportState {
    GoingOn,
    Interrupted, ///< by a crash or a failure; its finished batches are here
    Stopped,     ///< by a person; its finished batches are here
    Done
};

/// One import of a project.
struct ImportEntry
{
    ImportId id{};
    ImportState state = ImportState::Done;
    std::string files;         ///< their names
    std::int64_t started = 0;  ///< milliseconds since 1970, UTC
    std::int64_t finished = 0; ///< 0: it is not
    ImportResult figures;      ///< of its finished batches
    std::string whyNoResume;   ///< empty: it can go on
};

/// The imports of a project, newest first.
///
/// Throws   Error(Storage)
[[nodiscard]] std::vector<ImportEntry> imports(const Project& project);

/// Those that a crash or a failure interrupted, newest first. Each is to be resumed, rolled back or
/// kept as it is, by choice.
[[nodiscard]] std::vector<ImportEntry> interruptedImports(const Project& project);

/// Goes on with an import that was interrupted or stopped, with the first record that is not in the
/// project. What comes out is what an import without interruption gives: the same rows, ids and
/// figures (those of the result are of the whole import).
///
/// `moved` names files that are elsewhere now, by their names; they must be the same bytes.
///
/// Stops    as importReviews()
/// Throws   Error(BadInput) when it is done or goes on, has a source that can be read once only, or
///          when a file is gone or was changed; else as importReviews()
[[nodiscard]] ImportResult resumeImport(Project& project, ImportId import,
                                        const std::vector<std::filesystem::path>& moved,
                                        StopToken stop, Progress& progress);

/// Takes out all that an import brought, also a finished one; returns the number of reviews.
/// Titles that its metadata gave to items of earlier imports stay.
///
/// Stops    Stopped, and nothing is changed
/// Throws   Error(BadInput) while it goes on, or when splits or steps of curation use its reviews
std::int64_t rollBackImport(Project& project, ImportId import, const StopToken& stop,
                            Progress& progress);

/// Ends an import that was interrupted or stopped with what is there.
///
/// Stops    Stopped, and nothing is changed
/// Throws   Error(BadInput) when it is done or goes on
void keepImport(Project& project, ImportId import, const StopToken& stop, Progress& progress);

} // namespace nextquill::store
