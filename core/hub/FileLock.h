// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <filesystem>
#include <string>

namespace nextquill::hub {

/// A lock of the kernel on a file (flock), the one that the hub's own programs take. Ends with its
/// holder, also with one that was killed. The file stays.
///
/// Stops    Stopped while it waits
/// Throws   Error(Storage) where the file cannot be made
class FileLock
{
public:
    FileLock(const std::filesystem::path& file, const std::string& waitingFor,
             const StopToken& stop, Progress& progress);
    ~FileLock();
    /// False on a file system without locks: then another program may write the same file.
    [[nodiscard]] bool isHeld() const { return m_isHeld; }

    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int m_descriptor;
    bool m_isHeld = false;
};

} // namespace nextquill::hub
