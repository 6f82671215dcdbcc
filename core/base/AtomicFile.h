// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace nextquill {

/// Writes a whole file so that a crash or power cut leaves the old one or the new one, never half:
/// temporary file in the same folder, fsync, rename, fsync of the folder. Mode 0600.
///
/// Throws Error(Storage) with the path and the reason; the old file is untouched then.
void writeFileAtomically(const std::filesystem::path& file, std::string_view bytes);

/// Flushes a file or folder to the disk. Throws Error(Storage); after that, do not retry.
void syncToDisk(const std::filesystem::path& fileOrFolder);

/// Makes a folder, and what is missing above it, so that a power cut does not take it away again.
/// Nothing happens where it is there. Throws Error(Storage).
void createFolders(const std::filesystem::path& folder);

/// The whole file. Throws Error(Storage) when unreadable, Error(BadInput) above `limitBytes`.
[[nodiscard]] std::string readFile(const std::filesystem::path& file,
                                   std::size_t limitBytes = std::size_t{1} << 30);

} // namespace nextquill
