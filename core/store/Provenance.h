// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// A file that reviews were imported from.
struct SourceFile
{
    std::string name;
    std::int64_t bytes = 0;    ///< 0: not known
    std::string digest;        ///< SHA-256; empty: not read to its end, a pipe, or not kept then
    std::int64_t imported = 0; ///< when that began; milliseconds since 1970, UTC
};

/// Where a review came from.
struct ReviewOrigin
{
    SourceFile source;
    std::int64_t line = 0; ///< in the source; 0: imported before lines were kept
};

/// What a step of curation did to a review.
struct ReviewChange
{
    std::string step;      ///< as it is called for undo
    std::int64_t time = 0; ///< when it was made; 0: before that was kept
    /// "excluded" ("0", "1", or "2" where it was deleted), "text", "title", "rating", "tag" (a
    /// name;
    /// "" without it) or "user" (a name).
    std::string field;
    std::string before;
    std::string after;
    bool undone = false; ///< taken back: the review is as if it had not been
};

/// Tells where what is in a project came from.
///
/// Threads  as the project
/// Throws   Error(Storage)
class Provenance
{
public:
    explicit Provenance(Project& project)
        : m_project{project}
    {
    }

    /// Throws Error(BadInput) when there is no such review.
    [[nodiscard]] ReviewOrigin origin(ReviewId review) const;

    /// Oldest first.
    [[nodiscard]] std::vector<ReviewChange> changes(ReviewId review) const;

    /// All files of all imports, oldest first. Of imports before files were kept one by one, the
    /// names alone.
    [[nodiscard]] std::vector<SourceFile> sources() const;

private:
    Project& m_project;
};

} // namespace nextquill::store
