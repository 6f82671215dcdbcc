// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/Checkpoint.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"

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

} // namespace

void writeCheckpoint(const fs::path& folder, const OrderedJson& state,
                     const std::function<void(const fs::path&)>& writeFiles)
{
    const fs::path temporary = folder.string() + ".tmp";
    try {
        fs::remove_all(temporary); // of a run that was killed while it wrote
        fs::create_directories(temporary);
        writeFiles(temporary);
        OrderedJson digests = OrderedJson::object();
        syncFiles(temporary, digests);
        writeFileAtomically(temporary / manifestName,
                            OrderedJson{{"state", state}, {"sha256", digests}}.dump(2) + "\n");
        syncToDisk(temporary);
        fs::remove_all(folder); // the same step, written again after a resume
        fs::rename(temporary, folder);
        syncToDisk(folder.parent_path());
    } catch (const fs::filesystem_error& error) {
        throw Error{ErrorKind::Storage,
                    "the checkpoint cannot be written (" + error.code().message() + ")",
                    folder.string(), "free some space; the checkpoint before is whole"};
    }
}

bool isWholeCheckpoint(const fs::path& folder)
{
    try {
        const Json manifest = readJsonFile(folder / manifestName, {});
        for (const auto& [name, digest] : manifest.at("sha256").items()) {
            const bool plain = name.find('/') == std::string::npos;
            if (!plain || sha256OfFile(folder / name) != digest.get<std::string>()) {
                return false;
            }
        }
        return manifest.contains("state");
    } catch (const Error&) {
        return false; // not readable: not whole, which is the answer
    } catch (const Json::exception&) {
        return false;
    }
}

Json checkpointState(const fs::path& folder)
{
    if (!isWholeCheckpoint(folder)) {
        throw Error{ErrorKind::BadInput, "the checkpoint is damaged or unfinished", folder.string(),
                    "delete its folder; the run then resumes from the one before"};
    }
    return readJsonFile(folder / manifestName, {}).at("state");
}

} // namespace nextquill::train
