// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>

namespace nextquill {

/// What becomes of a file of the name that a new one gets.
enum class Existing {
    Replace,
    Keep, ///< and the new one is refused
};

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

    /// Flushes it, gives it its name and flushes the folder. Throws Error(BadInput) where a file of
    /// that name is to be kept.
    void putInPlace(Existing existing = Existing::Replace);

private:
    std::filesystem::path m_place;
    std::filesystem::path m_path;
    int m_number;
    bool m_placed = false;
};

/// Gives a finished file or folder its name, in one step and never over another one's where that is
/// to be kept; flushes the folder that it is in.
///
/// Throws  Error(BadInput) when there is something of that name, Error(Storage)
void giveName(const std::filesystem::path& made, const std::filesystem::path& place,
              Existing existing);

} // namespace nextquill
