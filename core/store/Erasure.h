// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// A file that still has a piece of an erased text.
struct ErasureTrace
{
    std::string file;
    std::int64_t byte = 0;
};

/// Something that was written out of the project once, where it is not this program's to change.
struct ErasureExport
{
    std::string path;
    std::int64_t time = 0; ///< when it was written
    bool isThere = false;
    std::int64_t byte = -1; ///< of the first file with a piece of an erased text; -1: none was seen
};

/// What was erased, what was looked through, and what this program cannot take away.
struct Erasure
{
    std::int64_t reviews = 0;
    std::int64_t items = 0;                ///< that nobody else wrote about
    std::int64_t rejects = 0;              ///< lines with the user's name or a piece of the texts
    std::int64_t changes = 0;              ///< of the undo history
    std::int64_t results = 0;              ///< kept effects, comparisons, evaluations
    std::int64_t views = 0;                ///< saved views and funnels with a piece of the texts
    std::vector<std::string> splits;       ///< made anew without the user
    std::vector<std::string> frozenSplits; ///< a run used them: they keep digest and other examples
    std::vector<std::string> runs;    ///< trained on the user: their weights may tell of the texts
    std::vector<std::string> removed; ///< backups
    std::vector<std::string> masked;  ///< logs in which the user's name was overwritten
    std::vector<ErasureExport> exports; ///< looked through too, but not changed
    std::int64_t files = 0;             ///< looked through, byte by byte
    std::int64_t bytes = 0;
    std::int64_t untraceable = 0;     ///< texts too short to be looked for
    std::vector<ErasureTrace> traces; ///< not empty: the erasure is not finished

    [[nodiscard]] bool isFinished() const { return traces.empty(); }
};

/// Takes a user and all that the user wrote out of the project for good: rows, full-text index,
/// undo history, rejected lines, results, backups, the name in runs' logs. Cannot be undone.
///
/// SQLite overwrites what is freed (secure_delete), the full-text index is merged into one piece,
/// the file is packed anew, the log is emptied; then every file of the project is looked through
/// for pieces of the texts (TextPrints) that no other user wrote, too. Exports that the project
/// knows of are looked through as well and reported: they are not this program's to change, and
/// packed ones (Parquet, .gz) hide what they have. What stays outside: the files that were
/// imported, copies and snapshots of the disk, worn-out cells of an SSD, weights.
///
/// The rows go in one transaction. A program that ends behind it leaves an erasure that is not
/// finished: unfinishedErasures() says so from then on, finishErasures() goes on.
///
/// Speed    linear in the project; needs free disk of about its size
/// Stops    within some milliseconds; before the rows are gone, nothing but backups and names in
///          logs is
/// Throws   Error(BadInput) when there is no such user, or one of the user's runs is going
/// on;
///          Error(Storage), also when another program has the project open
Erasure eraseUser(Project& project, UserId user, const StopToken& stop, Progress& progress);

/// Goes on with what was begun; nothing to do is no error.
Erasure finishErasures(Project& project, const StopToken& stop, Progress& progress);

/// How many were begun and are not finished.
[[nodiscard]] std::int64_t unfinishedErasures(const Project& project);

} // namespace nextquill::store
