// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunDirectory.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/train/Checkpoint.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <system_error>

namespace nextquill::train {

namespace fs = std::filesystem;

namespace {

/// What is left of a run whose run.toml is gone would be taken for the new run's.
bool holdsARun(const fs::path& folder)
{
    const fs::path checkpoints = folder / "checkpoints";
    return fs::exists(folder / "run.toml") || fs::exists(folder / "events.jsonl") ||
           (fs::exists(checkpoints) && !fs::is_empty(checkpoints));
}

void makeFolders(const fs::path& folder)
{
    try {
        if (holdsARun(folder)) {
            throw Error{ErrorKind::BadInput, "the folder holds a run already", folder.string(),
                        "choose another folder, or resume that run"};
        }
        createFolders(folder / "checkpoints");
        fs::permissions(folder, fs::perms::owner_all);
    } catch (const fs::filesystem_error& error) {
        throw Error{ErrorKind::Storage,
                    "the run's folder cannot be made (" + error.code().message() + ")",
                    folder.string(), "check the free space and the rights of the folder above"};
    }
}

/// "120" → 120; none for what is no checkpoint's name, such as "120.tmp".
std::optional<std::int64_t> stepOf(const std::string& name)
{
    std::int64_t step = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
    const bool named = error == std::errc{} && step >= 0 && std::to_string(step) == name;
    return named ? std::optional{step} : std::nullopt;
}

} // namespace

std::unique_ptr<RunDirectory> RunDirectory::create(const fs::path& folder,
                                                   const TrainingSettings& settings,
                                                   const OrderedJson& manifest)
{
    makeFolders(folder);
    writeFileAtomically(folder / "manifest.json", manifest.dump(2) + "\n");
    // Last: a folder is a run once its settings are there.
    writeFileAtomically(folder / "run.toml", toToml(settings));
    return open(folder);
}

std::unique_ptr<RunDirectory> RunDirectory::open(const fs::path& folder)
{
    auto directory = read(folder);
    directory->m_events = std::make_unique<EventLog>(folder / "events.jsonl");
    return directory;
}

std::unique_ptr<RunDirectory> RunDirectory::openSilently(const fs::path& folder)
{
    auto directory = read(folder);
    directory->m_events = std::make_unique<EventLog>();
    return directory;
}

std::unique_ptr<RunDirectory> RunDirectory::read(const fs::path& folder)
{
    std::error_code unreadable;
    if (!fs::exists(folder / "run.toml", unreadable)) {
        throw Error{ErrorKind::BadInput, "the folder holds no run", folder.string(),
                    "name a folder with a run.toml"};
    }
    std::unique_ptr<RunDirectory> directory{new RunDirectory};
    directory->m_folder = folder;
    readRunFile(folder / "run.toml", directory->m_settings);
    directory->m_manifest =
        OrderedJson::parse(toLine(OrderedJson(readJsonFile(folder / "manifest.json", {}))));
    return directory;
}

std::vector<std::int64_t> RunDirectory::checkpoints() const
{
    std::vector<std::int64_t> steps = checkpointFolders();
    std::erase_if(steps,
                  [this](std::int64_t step) { return !isWholeCheckpoint(checkpointFolder(step)); });
    return steps;
}

std::vector<std::int64_t> RunDirectory::checkpointFolders() const
{
    const fs::path folder = m_folder / "checkpoints";
    std::vector<std::int64_t> steps;
    try {
        if (!fs::exists(folder)) { // copied from elsewhere without its empty folders
            return steps;
        }
        for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
            if (const auto step = stepOf(entry.path().filename().string())) {
                steps.push_back(*step);
            }
        }
    } catch (const fs::filesystem_error& error) {
        throw Error{ErrorKind::Storage,
                    "the checkpoints cannot be listed (" + error.code().message() + ")",
                    folder.string(), "check the rights of the folder"};
    }
    std::ranges::sort(steps, std::greater{});
    return steps;
}

void RunDirectory::removeUnfinishedCheckpoints() const
{
    std::error_code stays; // costs room on the disk, nothing else
    for (const fs::directory_entry& entry :
         fs::directory_iterator{m_folder / "checkpoints", stays}) {
        const fs::path ending = entry.path().extension();
        const fs::path place = entry.path().parent_path() / entry.path().stem();
        if (!stepOf(place.filename().string())) {
            continue;
        }
        if (ending == ".old" && !fs::exists(place, stays)) {
            fs::rename(entry.path(), place, stays); // the one that was to replace it never came
        } else if (ending == ".tmp" || ending == ".old" || ending == ".gone") {
            fs::remove_all(entry.path(), stays);
        }
    }
}

fs::path RunDirectory::checkpointFolder(std::int64_t step) const
{
    return m_folder / "checkpoints" / std::to_string(step);
}

} // namespace nextquill::train
