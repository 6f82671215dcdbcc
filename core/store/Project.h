// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection; // SQLite lives behind this; private to core/store

enum class OpenMode {
    ReadWrite, ///< the one writer; a second one is refused with the holder's process id
    ReadOnly,  ///< beside a writer, or for a project of a newer version
    Ledger,    ///< beside a writer and each other: to change runs, and to freeze their splits
};

/// An open project file (`*.nextquill`, SQLite; docs/formats.md has the schema) and its folder
/// `name.nextquill.d/` for runs, models and exports.
///
/// What a function of this folder has written when it returns is on the disk (WAL, FULL sync).
/// Everything in the file is foreign: the schema is compared with ours on opening, triggers and
/// views that are not ours are refused.
///
/// Threads  one at a time. Open a second, read-only Project for another thread: that is cheap and
///          sees every committed change.
class Project
{
public:
    /// Makes an empty project: in a file beside, which gets the name when it is complete. An empty
    /// file of that name (what a program that was ended leaves) is replaced.
    ///
    /// Throws Error(BadInput) when there is another file of that name, Error(Storage).
    [[nodiscard]] static std::unique_ptr<Project> create(const std::filesystem::path& file);

    /// Opens one. An older schema is migrated first, after a backup beside the file; for that no
    /// other process may be writing.
    ///
    /// A file of up to 64 MiB that this process does not write already is checked for damage before
    /// it is written (0.1 to 0.2 s); larger ones by check() only.
    ///
    /// Throws Error(BadInput) when it is not a project file or is empty, Error(Unsupported) when it
    /// is of a newer version (open it ReadOnly), Error(Storage), also when it is damaged.
    [[nodiscard]] static std::unique_ptr<Project> open(const std::filesystem::path& file,
                                                       OpenMode mode);

    ~Project();
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;

    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }

    /// `name.nextquill.d`, created when first asked for, mode 0700.
    [[nodiscard]] std::filesystem::path folder() const;

    [[nodiscard]] bool isReadOnly() const;

    /// SQLite's quick (or full) integrity check and our own invariants; empty when all is well,
    /// else one sentence per fault.
    [[nodiscard]] std::vector<std::string> check(bool full, StopToken stop) const;

    /// Ends a query that runs on another thread; it throws Stopped there.
    void interrupt() noexcept;

    [[nodiscard]] Connection& connection() const { return *m_connection; }

private:
    Project(std::filesystem::path file, std::unique_ptr<Connection> connection);

    std::filesystem::path m_file;
    std::unique_ptr<Connection> m_connection;
};

} // namespace nextquill::store
