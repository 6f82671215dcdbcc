// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunDirectory.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/train/Checkpoint.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace nextquill::train {

namespace fs = std::filesystem;

std::unique_ptr<RunDirectory> RunDirectory::create(const fs::path& folder,
                                                   const TrainingSettings& settings,
                                                   const OrderedJson& manifest)
{
    if (fs::exists(folder / "run.toml")) {
        throw Error{ErrorKind::BadInput, "the folder holds a run already", folder.string(),
                    "choose another folder, or resume that run"};
    }
    std::error_code failed;
    fs::create_directories(folder / "checkpoints", failed);
    if (failed) {
        throw Error{ErrorKind::Storage,
                    "the run's folder cannot be made (" + failed.message() + ")", folder.string(),
                    "check the free space and the rights of the folder above"};
    }
    fs::permissions(folder, fs::perms::owner_all);
    writeFileAtomically(folder / "manifest.json", manifest.dump(2) + "\n");
    // Last: a folder is a run once its settings are there.
    writeFileAtomically(folder / "run.toml", toToml(settings));
    return open(folder);
}

std::unique_ptr<RunDirectory> RunDirectory::open(const fs::path& folder)
{
    if (!fs::exists(folder / "run.toml")) {
        throw Error{ErrorKind::BadInput, "the folder holds no run", folder.string(),
                    "name a folder with a run.toml"};
    }
    std::unique_ptr<RunDirectory> directory{new RunDirectory};
    directory->m_folder = folder;
    readRunFile(folder / "run.toml", directory->m_settings);
    directory->m_manifest =
        OrderedJson::parse(toLine(OrderedJson(readJsonFile(folder / "manifest.json", {}))));
    directory->m_events = std::make_unique<EventLog>(folder / "events.jsonl");
    return directory;
}

std::vector<std::int64_t> RunDirectory::checkpoints() const
{
    std::vector<std::int64_t> steps;
    for (const fs::directory_entry& entry : fs::directory_iterator{m_folder / "checkpoints"}) {
        const std::string name = entry.path().filename().string();
        std::int64_t step = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
        const bool named = error == std::errc{} && end == name.data() + name.size();
        if (named && isWholeCheckpoint(entry.path())) {
            steps.push_back(step);
        }
    }
    std::ranges::sort(steps, std::greater{});
    return steps;
}

fs::path RunDirectory::checkpointFolder(std::int64_t step) const
{
    return m_folder / "checkpoints" / std::to_string(step);
}

} // namespace nextquill::train
