// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/Checkpoint.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"

#include <set>
#include <system_error>

namespace nextquill::train {

namespace fs = std::filesystem;

namespace {

constexpr const char* manifestName = "checkpoint.json";

void syncFiles(const fs::path& folder, OrderedJson& digests)
{
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
        syncToDisk(entry.path());
        digests[entry.path().filename().string()] = sha256OfFile(entry.path());
    }
}

/// A folder that goes, whatever happens, unless it was renamed.
class TemporaryCheckpoint
{
public:
    explicit TemporaryCheckpoint(fs::path path)
        : m_path{std::move(path)}
    {
        fs::remove_all(m_path); // of a run that was killed while it wrote
        fs::create_directories(m_path);
    }
    ~TemporaryCheckpoint()
    {
        std::error_code ignored; // there is an error under way already, or nothing to remove
        fs::remove_all(m_path, ignored);
    }
    TemporaryCheckpoint(const TemporaryCheckpoint&) = delete;
    TemporaryCheckpoint& operator=(const TemporaryCheckpoint&) = delete;

    /// Takes the place of `folder`, which comes back when that does not work.
    void moveTo(const fs::path& folder) const
    {
        const fs::path before = folder.string() + ".old";
        fs::remove_all(before);
        const bool replaces = fs::exists(folder);
        if (replaces) {
            fs::rename(folder, before);
        }
        std::error_code failed;
        fs::rename(m_path, folder, failed);
        if (failed && replaces) {
            fs::rename(before, folder);
        }
        if (failed) {
            throw fs::filesystem_error{"rename", folder, failed};
        }
        syncToDisk(folder.parent_path());
        fs::remove_all(before);
    }

private:
    fs::path m_path;
};

std::set<std::string> filesIn(const fs::path& folder)
{
    std::set<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
        names.insert(entry.path().filename().string());
    }
    names.erase(manifestName);
    return names;
}

} // namespace

void writeCheckpoint(const fs::path& folder, const OrderedJson& state,
                     const std::function<void(const fs::path&)>& writeFiles)
{
    try {
        const fs::path path = folder.string() + ".tmp";
        const TemporaryCheckpoint temporary{path};
        writeFiles(path);
        OrderedJson digests = OrderedJson::object();
        syncFiles(path, digests);
        writeFileAtomically(path / manifestName,
                            OrderedJson{{"state", state}, {"sha256", digests}}.dump(2) + "\n");
        syncToDisk(path);
        temporary.moveTo(folder);
    } catch (const fs::filesystem_error& error) {
        throw Error{ErrorKind::Storage,
                    "the checkpoint cannot be written (" + error.code().message() + ")",
                    folder.string(), "free some space; the checkpoint before is whole"};
    }
}

std::optional<Json> checkpointState(const fs::path& folder)
{
    try {
        const Json manifest = readJsonFile(folder / manifestName, {});
        std::set<std::string> files = filesIn(folder);
        for (const auto& [name, digest] : manifest.at("sha256").items()) {
            const bool isThere = files.erase(name) == 1;
            if (!isThere || sha256OfFile(folder / name) != digest.get<std::string>()) {
                return std::nullopt;
            }
        }
        return files.empty() ? std::optional{manifest.at("state")} : std::nullopt;
    } catch (const Error&) {
        return std::nullopt; // not readable: not whole, which is the answer
    } catch (const Json::exception&) {
        return std::nullopt;
    } catch (const fs::filesystem_error&) {
        return std::nullopt;
    }
}

bool isWholeCheckpoint(const fs::path& folder)
{
    return checkpointState(folder).has_value();
}

} // namespace nextquill::train
