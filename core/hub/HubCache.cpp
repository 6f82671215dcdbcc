// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubCache.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <system_error>
#include <unistd.h>

namespace nextquill::hub {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longestRef = 1024;
constexpr std::size_t indexBytes = std::size_t{64} << 20;

Error cacheError(const std::string& problem, const fs::path& where, const std::error_code& reason)
{
    return {ErrorKind::Storage, problem + " (" + reason.message() + ")", where.string(),
            "check the free space and the rights of the hub's cache"};
}

std::string firstLine(const fs::path& file)
{
    std::string text = readFile(file, longestRef);
    text.erase(std::min(text.find_first_of(" \t\r\n"), text.size()));
    return text;
}

/// Files that the index names; none where it cannot be read.
std::optional<std::set<std::string>> shardsOf(const fs::path& index)
{
    try {
        const Json json = readJsonFile(index, {.bytes = indexBytes, .depth = 8});
        std::set<std::string> shards;
        for (const auto& [tensor, file] : json.at("weight_map").items()) {
            shards.insert(file.get<std::string>());
        }
        return shards;
    } catch (const std::exception&) { // damaged: then the model is not whole, which is the answer
        return std::nullopt;
    }
}

bool hasAllWeights(const fs::path& folder)
{
    std::error_code error;
    if (fs::exists(folder / "adapter_config.json", error)) {
        return fs::exists(folder / "adapter_model.safetensors", error);
    }
    if (!fs::exists(folder / "config.json", error)) {
        return false;
    }
    if (fs::exists(folder / "model.safetensors", error)) {
        return true;
    }
    const auto shards = shardsOf(folder / "model.safetensors.index.json");
    return shards && !shards->empty() &&
           std::ranges::all_of(*shards, [&](const std::string& shard) {
               return fs::exists(folder / shard, error);
           });
}

/// What can be read of a folder; nothing where it cannot.
std::vector<fs::path> entriesOf(const fs::path& folder)
{
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator entry{folder, error}, end; !error && entry != end;
         entry.increment(error)) {
        entries.push_back(entry->path());
    }
    return entries;
}

std::vector<std::string> ggufsIn(const fs::path& folder)
{
    std::vector<std::string> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry{folder, error}, end; entry != end && !error;
         entry.increment(error)) {
        if (entry->path().extension() == ".gguf" && fs::exists(entry->path(), error)) {
            files.push_back(entry->path().lexically_relative(folder).generic_string());
        }
    }
    std::ranges::sort(files);
    return files;
}

} // namespace

fs::path HubCache::blob(const HubName& name, const std::string& checksum) const
{
    return folderOf(name) / "blobs" / checksum;
}

fs::path HubCache::lock(const HubName& name, const std::string& checksum) const
{
    return m_folder / ".locks" / name.folder() / (checksum + ".lock");
}

fs::path HubCache::snapshot(const HubName& name, const std::string& commit) const
{
    return folderOf(name) / "snapshots" / commit;
}

std::optional<CachedModel> HubCache::at(const HubName& name, const std::string& revision,
                                        const std::string& commit) const
{
    std::error_code error;
    const fs::path folder = snapshot(name, commit);
    if (!isCommit(commit) || !fs::is_directory(folder, error)) {
        return std::nullopt;
    }
    CachedModel model{.name = name,
                      .revision = revision,
                      .commit = commit,
                      .path = folder,
                      .isWhole = hasAllWeights(folder),
                      .ggufs = ggufsIn(folder)};
    if (!model.isWhole && model.ggufs.size() == 1) {
        model.path = folder / model.ggufs.front();
        model.isWhole = true;
    }
    return model;
}

std::optional<CachedModel> HubCache::find(const HubName& name, const std::string& revision) const
{
    if (!isRevision(revision)) {
        return std::nullopt;
    }
    std::error_code error;
    const fs::path ref = folderOf(name) / "refs" / revision;
    if (fs::is_regular_file(ref, error)) {
        if (auto model = at(name, revision, firstLine(ref))) {
            return model;
        }
    }
    return at(name, {}, revision);
}

std::optional<CachedModel> HubCache::newest(const HubName& name) const
{
    std::optional<CachedModel> model;
    fs::file_time_type newest = fs::file_time_type::min();
    for (const fs::path& folder : entriesOf(folderOf(name) / "snapshots")) {
        std::error_code error;
        const auto time = fs::last_write_time(folder, error);
        if (!error && (!model || time > newest)) {
            if (auto found = at(name, {}, folder.filename().string())) {
                model = std::move(found);
                newest = time;
            }
        }
    }
    return model;
}

std::vector<CachedModel> HubCache::all() const
{
    std::vector<CachedModel> models;
    for (const fs::path& folder : entriesOf(m_folder)) {
        const auto name = nameOfCacheFolder(folder.filename().string());
        auto model = name ? find(*name) : std::nullopt;
        if (name && !model) {
            model = newest(*name);
        }
        if (std::error_code error; name && !model && fs::is_directory(folder / "blobs", error)) {
            model = CachedModel{
                .name = *name, .revision = "main", .path = folder}; // a fetch that stopped early
        }
        if (model) {
            models.push_back(std::move(*model));
        }
    }
    std::ranges::sort(models, {}, [](const CachedModel& model) { return model.name.text(); });
    return models;
}

std::uint64_t HubCache::bytesOf(const HubName& name) const
{
    std::uint64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator entry{folderOf(name), error}, end; entry != end && !error;
         entry.increment(error)) {
        if (entry->is_regular_file(error) && !entry->is_symlink(error)) {
            bytes += entry->file_size(error);
        }
    }
    return bytes;
}

std::string HubCache::checksumOf(const fs::path& file)
{
    std::error_code error;
    const fs::path target = fs::read_symlink(file, error);
    const std::string checksum = target.filename().string();
    const bool isBlob = !error && target.parent_path().filename() == "blobs";
    const bool isHex = std::ranges::all_of(
        checksum, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return isBlob && isHex && (checksum.size() == 64 || checksum.size() == 40) ? checksum
                                                                               : std::string{};
}

void HubCache::link(const HubName& name, const std::string& commit, const std::string& file,
                    const std::string& checksum) const
{
    const fs::path place = snapshot(name, commit) / file;
    createFolders(place.parent_path());
    const fs::path target = blob(name, checksum).lexically_relative(place.parent_path());
    const fs::path temporary =
        place.parent_path() / fmt::format(".{}.{}", place.filename().string(), ::getpid());
    std::error_code error;
    fs::remove(temporary, error);
    fs::create_symlink(target, temporary, error);
    if (!error) {
        fs::rename(temporary, place, error);
    }
    if (error) {
        std::error_code ignored; // the first reason is the one to tell
        fs::remove(temporary, ignored);
        throw cacheError("the file cannot be linked into the snapshot", place, error);
    }
    syncToDisk(place.parent_path());
}

void HubCache::setRevision(const HubName& name, const std::string& revision,
                           const std::string& commit) const
{
    if (revision == commit) {
        return;
    }
    const fs::path ref = folderOf(name) / "refs" / revision;
    createFolders(ref.parent_path());
    writeFileAtomically(ref, commit);
}

void HubCache::remove(const HubName& name) const
{
    std::error_code error;
    if (!fs::is_directory(folderOf(name), error)) {
        throw Error{ErrorKind::BadInput, "the hub's cache has no model " + name.text(),
                    m_folder.string(), "see `nextquill model list`"};
    }
    fs::remove_all(folderOf(name), error);
    if (error) {
        throw cacheError("the model cannot be deleted", folderOf(name), error);
    }
    fs::remove_all(m_folder / ".locks" / name.folder(), error); // only locks: nothing is lost
}

} // namespace nextquill::hub
