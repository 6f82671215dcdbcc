// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace nextquill::bench {

/// An empty folder for a bench's files, removed with all that is in it.
class ScratchFolder
{
public:
    /// Below `where`; empty: in the system's folder for temporary files. Throws Error(Storage).
    explicit ScratchFolder(const std::filesystem::path& where);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const
    {
        return m_path / name;
    }
    /// Removes what is in it.
    void clear() const;

private:
    std::filesystem::path m_path;
};

} // namespace nextquill::bench
