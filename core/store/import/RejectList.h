// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/import/Importer.h"
#include "core/store/import/RejectFilter.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// How many lines have something in common.
struct RejectGroup
{
    std::string what; ///< a reason, a file
    std::int64_t lines = 0;
};

/// What all imports of a project did with what they read: always read = kept + rejected +
/// duplicates.
struct ImportTotals
{
    std::int64_t read = 0;
    std::int64_t kept = 0;
    std::int64_t rejected = 0;
    std::int64_t duplicates = 0;
};

/// All rejected lines at a glance.
struct RejectSummary
{
    std::int64_t lines = 0; ///< kept in the project; lines of item files are among them
    ImportTotals imports;
    std::vector<RejectGroup> reasons; ///< the most frequent first; at most 1,000
    std::vector<RejectGroup> files;   ///< the same
    std::int64_t otherReasons = 0;    ///< lines whose reason is not among `reasons`
    std::int64_t otherFiles = 0;      ///< lines whose file is not among `files`
};

enum class RejectFormat {
    Jsonl, ///< a line `{"file", "line", "byte", "reason", "text"}` each
    Csv,   ///< the same columns, RFC 4180; no cell is taken for a formula
};

/// The lines that imports did not take, as a person looks through them.
///
/// Threads  as the project
/// Stops    within 50 ms, with Stopped
/// Throws   Error(Storage)
class RejectList
{
public:
    explicit RejectList(Project& project)
        : m_project{project}
    {
    }

    /// In the order in which they were read, behind `afterRow` (0: from the first).
    [[nodiscard]] std::vector<Reject> page(const RejectFilter& filter, std::int64_t afterRow,
                                           int limit, StopToken stop) const;

    /// How many there are; reads every line once.
    [[nodiscard]] std::int64_t count(const RejectFilter& filter, StopToken stop) const;

    /// Reads every line once; the progress counts them.
    [[nodiscard]] RejectSummary summary(StopToken stop, Progress& progress) const;

    /// Writes them to a file, which gets its name when it is whole; returns how many.
    ///
    /// Throws Error(BadInput) when there is a file of that name that is to be kept.
    std::int64_t write(const std::filesystem::path& to, RejectFormat format,
                       const RejectFilter& filter, bool replace, StopToken stop,
                       Progress& progress) const;

private:
    Project& m_project;
};

} // namespace nextquill::store
