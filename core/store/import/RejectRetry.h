// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/import/Importer.h"
#include "core/store/import/RejectFilter.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace nextquill::store {

class Project;

struct RetrySettings
{
    std::optional<ImportId> import; ///< none: all that are not going on
    /// A line is tried when it was rejected as this says; of several reviews all that were.
    RejectFilter which{};
    /// How the lines are read now; what is empty stays as it was when they were rejected.
    std::optional<SourceFormat> format;
    FieldMap map;
    std::vector<std::filesystem::path> moved; ///< files that are elsewhere now, by their names
};

/// Lines that were tried again: tried = kept + duplicates + rejected.
struct RetryResult
{
    std::int64_t tried = 0;
    std::int64_t kept = 0;
    std::int64_t duplicates = 0;
    std::int64_t rejected = 0;   ///< again; they have the new reason
    std::int64_t outOfReach = 0; ///< not tried: metadata, places of damage, or the file is gone
    bool stopped = false;        ///< what was done before is kept
};

/// Reads rejected lines again, with another mapping or another format, from their files where these
/// are still the same, else from what the project kept of them (a whole line of at most 4 KiB, not
/// of a table).
///
/// What can be read now belongs to the import that had rejected it, whose figures change with it:
/// read = kept + rejected + duplicates, as ever.
///
/// Stops    as importReviews()
/// Throws   Error(BadInput) for an import that there is not or that goes on, Error(Storage)
[[nodiscard]] RetryResult retryRejects(Project& project, const RetrySettings& settings,
                                       StopToken stop, Progress& progress);

} // namespace nextquill::store
