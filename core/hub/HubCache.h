// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hub/HubName.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::hub {

/// One model of the hub's cache.
struct CachedModel
{
    HubName name;
    std::string revision;           ///< branch or tag; empty where only a commit is known
    std::string commit;             ///< of the snapshot
    std::filesystem::path path;     ///< snapshot folder, its one .gguf file, or all that is here
    bool isWhole = false;           ///< has a configuration and all its weights, or is a .gguf file
    std::vector<std::string> ggufs; ///< names of its .gguf files, sorted
};

/// The hub's cache on this machine, laid out as its own programs do:
///
///     models--OWNER--NAME/blobs/CHECKSUM                    what was fetched
///     models--OWNER--NAME/refs/REVISION                     the commit that a revision was last
///     models--OWNER--NAME/snapshots/COMMIT/FILE             link to the blob
///     .locks/models--OWNER--NAME/CHECKSUM.lock              held while a blob is written
///
/// Nothing here asks the network.
///
/// Source   github.com/huggingface/huggingface_hub, file_download.py
class HubCache
{
public:
    explicit HubCache(std::filesystem::path folder)
        : m_folder{std::move(folder)}
    {
    }

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] std::filesystem::path blob(const HubName& name,
                                             const std::string& checksum) const;
    [[nodiscard]] std::filesystem::path lock(const HubName& name,
                                             const std::string& checksum) const;
    [[nodiscard]] std::filesystem::path snapshot(const HubName& name,
                                                 const std::string& commit) const;

    /// The model at a revision: by refs/REVISION; where there is none, a snapshot of that commit.
    [[nodiscard]] std::optional<CachedModel> find(const HubName& name,
                                                  const std::string& revision = "main") const;

    /// All models, by name, each at "main" or else at its newest snapshot; where a fetch stopped
    /// before there was one, what is here of it.
    [[nodiscard]] std::vector<CachedModel> all() const;

    /// Bytes of all that is kept of a model.
    [[nodiscard]] std::uint64_t bytesOf(const HubName& name) const;

    /// SHA-256 or git blob SHA-1 that a snapshot's file should have: the name of its blob. Empty
    /// where the file is no link into blobs/.
    [[nodiscard]] static std::string checksumOf(const std::filesystem::path& file);

    /// Makes snapshots/COMMIT/FILE a link to the blob; replaces what was there in one step.
    /// Throws Error(Storage).
    void link(const HubName& name, const std::string& commit, const std::string& file,
              const std::string& checksum) const;

    /// Notes that a revision is this commit now. Throws Error(Storage).
    void setRevision(const HubName& name, const std::string& revision,
                     const std::string& commit) const;

    /// Deletes all that is kept of a model. Throws Error(Storage), or Error(BadInput) where it has
    /// nothing.
    void remove(const HubName& name) const;

private:
    [[nodiscard]] std::filesystem::path folderOf(const HubName& name) const
    {
        return m_folder / name.folder();
    }
    [[nodiscard]] std::optional<CachedModel> at(const HubName& name, const std::string& revision,
                                                const std::string& commit) const;

    [[nodiscard]] std::optional<CachedModel> newest(const HubName& name) const;

    std::filesystem::path m_folder;
};

} // namespace nextquill::hub
