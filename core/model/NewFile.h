// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>

namespace nextquill::model {

/// A large file in the making, written piece by piece: a crash leaves the old file or the new one,
/// never half. Mode 0600. Removed unless it was put in its place.
///
/// Throws  Error(Storage) with the path and the reason
class NewFile
{
public:
    explicit NewFile(const std::filesystem::path& place);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(const void* data, std::size_t bytes);

    /// Flushes it, gives it its name and flushes the folder.
    void putInPlace();

private:
    std::filesystem::path m_place;
    std::filesystem::path m_path;
    int m_number;
    bool m_placed = false;
};

} // namespace nextquill::model
