// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelIdentity.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/model/ModelFiles.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <vector>

namespace nextquill::workflow {

namespace {

namespace fs = std::filesystem;

/// The files of a folder in the order of their names; of a file itself.
std::vector<fs::path> filesBelow(const fs::path& path)
{
    std::vector<fs::path> files;
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::directory_iterator{path}) {
            if (entry.is_regular_file()) {
                files.push_back(entry.path());
            }
        }
        std::sort(files.begin(), files.end());
    } else {
        files.push_back(path);
    }
    return files;
}

/// What a look at the folders tells of the files: enough to know that they are the same as before.
std::string stampOf(const ModelChoice& choice)
{
    std::string stamp;
    std::vector<fs::path> files = filesBelow(choice.base);
    if (choice.adapter) {
        std::ranges::copy(filesBelow(*choice.adapter), std::back_inserter(files));
    }
    for (const fs::path& file : files) {
        stamp += fmt::format("{}\n{} {}\n", file.string(), fs::file_size(file),
                             fs::last_write_time(file).time_since_epoch().count());
    }
    return stamp;
}

std::string digestOfFiles(const ModelChoice& choice, const StopToken& stop, Progress& progress)
{
    Digest digest;
    digest.add(model::ModelFiles::open(choice.base)->digest(stop, progress));
    if (fs::is_directory(choice.base)) {
        for (const char* const name : {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
            if (fs::exists(choice.base / name)) {
                digest.add(sha256OfFile(choice.base / name));
            }
        }
    }
    if (choice.adapter) {
        for (const fs::path& file : filesBelow(*choice.adapter)) {
            if (const std::string name = file.filename().string();
                name == "adapter_config.json" || name.starts_with("adapter_model")) {
                stopPoint(stop);
                digest.add(sha256OfFile(file));
            }
        }
    }
    return digest.hex();
}

} // namespace

std::string modelDigest(const ModelChoice& choice, const StopToken& stop, Progress& progress)
{
    static std::mutex mutex;
    static std::map<std::string, std::string> known; // guarded by mutex
    std::string stamp;
    try {
        stamp = stampOf(choice);
    } catch (const fs::filesystem_error& failure) {
        throw Error{ErrorKind::Storage,
                    "the model's files cannot be read: " + failure.code().message(),
                    failure.path1().string(), "see that the files are there and may be read"};
    }
    {
        const std::scoped_lock lock{mutex};
        if (const auto found = known.find(stamp); found != known.end()) {
            return found->second;
        }
    }
    std::string digest = digestOfFiles(choice, stop, progress);
    const std::scoped_lock lock{mutex};
    return known.emplace(std::move(stamp), std::move(digest)).first->second;
}

} // namespace nextquill::workflow
