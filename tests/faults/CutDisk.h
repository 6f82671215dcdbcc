// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/FileRecord.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace nextquill::faults {

/// What a disk promises without being asked.
enum class DiskModel {
    Journal, ///< as ext4: changes of folders reach the disk in their order, all with any sync
    Strict   ///< POSIX alone: a sync of a folder takes that folder's entries along, nothing else
};

/// Files as programs see them, and as a power cut may leave them.
///
/// A write that was not synced is lost in half of the cases, torn at a sector (512 bytes) in a
/// tenth, else there. Of changes of folders that were not synced, a beginning of random length is
/// there: of all of them together (Journal), or of each folder's (Strict). A rename is there or
/// not.
///
/// Source  shared RELIABILITY.md, 1.1, the two models; with folders as things of their own, whose
///         entries above them must be on the disk too
class CutDisk
{
public:
    /// `root` is there and on the disk, empty; all changes are below it.
    CutDisk(DiskModel model, std::string root);

    void apply(const FileChange& change);

    /// Path below the root → bytes; folders end with "/".
    using Files = std::map<std::string, std::string>;

    [[nodiscard]] Files filesNow() const;
    [[nodiscard]] Files filesAfterCut(std::mt19937_64& random) const;

private:
    using Number = std::size_t;
    using Entries = std::map<std::string, Number>;

    struct Node
    {
        bool isFolder = false;
        Entries entries;       ///< now
        Entries entriesOnDisk; ///< folders only
        std::string bytes;     ///< now
        std::string bytesOnDisk;
        std::vector<FileChange> unsynced; ///< writes and truncations
    };

    /// A change of a folder that is not on the disk yet.
    struct EntryChange
    {
        Number folder = 0;
        std::string removed; ///< name; may be empty
        std::string added;   ///< name; may be empty
        Number node = 0;     ///< under `added`
    };

    [[nodiscard]] Number find(const std::string& path) const;
    [[nodiscard]] std::pair<Number, std::string> placeOf(const std::string& path) const;
    void change(const EntryChange& change);
    void create(const std::string& path, bool isFolder);
    void rename(const FileChange& change);
    void sync(Number node);
    static void write(std::string& bytes, const FileChange& change);
    static void enter(Entries& entries, const EntryChange& change);
    [[nodiscard]] std::string bytesAfterCut(const Node& node, std::mt19937_64& random) const;

    DiskModel m_model;
    std::string m_root;
    std::vector<Node> m_nodes; ///< the root first
    std::vector<EntryChange> m_unsynced;
};

/// Writes them below a folder, which is emptied first.
void putBelow(const std::filesystem::path& folder, const CutDisk::Files& files);

} // namespace nextquill::faults
