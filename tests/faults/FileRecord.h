// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::faults {

/// One change of files that FileRecorder.cpp saw.
struct FileChange
{
    enum class Kind { Create, MakeFolder, Write, Truncate, Sync, Rename, Remove };

    Kind kind = Kind::Sync;
    std::string path;
    std::string other;    ///< Rename: the new path
    long long offset = 0; ///< Write: where; Truncate: the new length
    std::string bytes;    ///< Write: what

    /// True for those that a full disk refuses, which the recorder counts.
    [[nodiscard]] bool canFail() const
    {
        return kind != Kind::Remove && !(kind == Kind::Rename && other.ends_with(".gone"));
    }
};

/// Reads a record. Throws std::runtime_error for one that is none.
[[nodiscard]] std::vector<FileChange> readRecord(const std::filesystem::path& file);

} // namespace nextquill::faults
