// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ErasureFiles.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytesOfBlock = std::size_t{1} << 20;
/// A shorter name is a part of too much else.
constexpr std::size_t shortestMaskedName = 4;

bool isWordByte(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || c == '_';
}

/// Where the name stands as a whole from `begin` on, or npos.
std::size_t findName(std::string_view text, std::string_view name, std::size_t begin)
{
    for (std::size_t at = text.find(name, begin); at != std::string_view::npos;
         at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool starts = at == 0 || !isWordByte(text[at - 1]) || !isWordByte(name.front());
        const bool ends = end == text.size() || !isWordByte(text[end]) || !isWordByte(name.back());
        if (starts && ends) {
            return at;
        }
    }
    return std::string_view::npos;
}

fs::path folderAround(const fs::path& project)
{
    return fs::absolute(project).parent_path();
}

/// "p.nextquill-wal", "p.nextquill.before-v1", ".p.nextquill.new"
bool isBeside(const std::string& name, const std::string& project)
{
    const std::string_view plain = std::string_view{name}.substr(name.starts_with('.') ? 1 : 0);
    return plain == project || (plain.starts_with(project) && plain.size() > project.size() &&
                                (plain[project.size()] == '-' || plain[project.size()] == '.'));
}

void addBelow(const fs::path& folder, std::vector<fs::path>& files)
{
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        if (entry.is_regular_file() && !entry.is_symlink()) {
            files.push_back(entry.path());
        }
    }
}

/// The file, or the files of the folder; none where there is nothing that can be read.
std::vector<fs::path> filesOfExport(const fs::path& path)
{
    std::vector<fs::path> files;
    std::error_code none;
    if (fs::is_regular_file(path, none)) {
        files.push_back(path);
    } else if (fs::is_directory(path, none)) {
        for (fs::recursive_directory_iterator entry{path, none}; entry != fs::end(entry);
             entry.increment(none)) {
            if (entry->is_regular_file(none) && !entry->is_symlink(none)) {
                files.push_back(entry->path());
            }
        }
    }
    return files;
}

bool isLog(const fs::path& file)
{
    constexpr std::string_view endings[] = {".jsonl", ".log", ".json", ".toml"};
    return std::ranges::find(endings, file.extension().string()) != std::end(endings);
}

bool maskInFile(const fs::path& file, std::string_view name, const StopToken& stop)
{
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    std::string held;
    std::streamoff before = 0;
    bool masked = false;
    while (stream) {
        stopPoint(stop);
        const std::size_t kept = held.size();
        held.resize(kept + bytesOfBlock);
        stream.seekg(before + static_cast<std::streamoff>(kept));
        stream.read(held.data() + kept, bytesOfBlock);
        held.resize(kept + static_cast<std::size_t>(stream.gcount()));
        const bool atEnd = stream.eof();
        stream.clear();
        // What begins with the first byte was looked at with the byte before it.
        for (std::size_t at = findName(held, name, before > 0 ? 1 : 0);
             at != std::string_view::npos; at = findName(held, name, at + 1)) {
            if (!atEnd && at + name.size() == held.size()) {
                break; // what follows it comes with the next bytes
            }
            const std::string cover(name.size(), 'x');
            stream.seekp(before + static_cast<std::streamoff>(at));
            stream.write(cover.data(), static_cast<std::streamsize>(cover.size()));
            held.replace(at, cover.size(), cover);
            masked = true;
        }
        if (atEnd) {
            break;
        }
        const std::size_t done = held.size() - std::min(held.size(), name.size() + 1);
        before += static_cast<std::streamoff>(done);
        held.erase(0, done);
    }
    stream.flush();
    if (!stream) {
        throw Error{ErrorKind::Storage, "the user's name cannot be overwritten", file.string(),
                    "check the file's rights and try again"};
    }
    return masked;
}

} // namespace

bool hasName(std::string_view text, std::string_view name)
{
    if (name.size() < shortestMaskedName) {
        return text.find('"' + std::string{name} + '"') != std::string_view::npos;
    }
    return findName(text, name, 0) != std::string_view::npos;
}

std::string maskedName(std::string text, std::string_view name)
{
    if (name.size() >= shortestMaskedName) {
        for (std::size_t at = findName(text, name, 0); at != std::string::npos;
             at = findName(text, name, at + name.size())) {
            text.replace(at, name.size(), name.size(), 'x');
        }
    }
    return text;
}

std::vector<fs::path> filesOfProject(const fs::path& project)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{folderAround(project)}) {
        if (!isBeside(entry.path().filename().string(), project.filename().string()) ||
            entry.is_symlink()) {
            continue;
        }
        if (entry.is_directory()) {
            addBelow(entry.path(), files);
        } else if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

std::vector<std::string> removeBackups(const fs::path& project)
{
    const std::string start = project.filename().string() + ".before-v";
    std::vector<std::string> removed;
    for (const auto& entry : fs::directory_iterator{folderAround(project)}) {
        if (!entry.path().filename().string().starts_with(start)) {
            continue;
        }
        std::error_code failed;
        fs::remove(entry.path(), failed);
        if (failed) {
            throw Error{ErrorKind::Storage, "a backup cannot be removed (" + failed.message() + ")",
                        entry.path().string(), "remove it by hand, then try again"};
        }
        removed.push_back(entry.path().filename().string());
    }
    syncToDisk(folderAround(project));
    std::ranges::sort(removed);
    return removed;
}

void forgetPlaces(const fs::path& project)
{
    for (const char* name : {"window.json", "window.json.new"}) {
        const fs::path kept = fs::path{project.string() + ".d"} / name;
        std::error_code failed;
        fs::remove(kept, failed);
        if (failed) {
            throw Error{ErrorKind::Storage, "it cannot be removed (" + failed.message() + ")",
                        kept.string(), "remove it by hand, then try again"};
        }
    }
}

std::vector<std::string> maskInLogs(const fs::path& project, std::string_view name,
                                    const StopToken& stop)
{
    const fs::path runs = fs::path{project.string() + ".d"} / "runs";
    std::vector<std::string> masked;
    if (name.size() < shortestMaskedName) {
        return masked;
    }
    std::vector<fs::path> files;
    std::error_code none;
    if (fs::is_directory(runs, none)) {
        addBelow(runs, files);
    }
    if (fs::is_regular_file(exportLogOf(project), none)) {
        files.push_back(exportLogOf(project));
    }
    for (const fs::path& file : files) {
        if (isLog(file) && maskInFile(file, name, stop)) {
            syncToDisk(file);
            masked.push_back(fs::relative(file, runs.parent_path()).string());
        }
    }
    return masked;
}

void lookForTraces(const fs::path& project, const TextPrints& prints, Erasure& erasure,
                   const StopToken& stop, Progress& progress)
{
    const std::vector<fs::path> files = filesOfProject(project);
    std::int64_t total = 0;
    for (const fs::path& file : files) {
        std::error_code gone;
        const auto size = fs::file_size(file, gone);
        total += gone ? 0 : static_cast<std::int64_t>(size);
    }
    for (const fs::path& file : files) {
        const auto onRead = [&](std::int64_t count) {
            erasure.bytes += count;
            progress.report(
                {.done = erasure.bytes, .total = total, .stage = "looking through the files"});
        };
        ++erasure.files;
        if (const std::int64_t place = prints.placeIn(file, onRead, stop); place >= 0) {
            erasure.traces.push_back({.file = file.string(), .byte = place});
        }
    }
}

void lookThroughExports(const std::vector<NotedExport>& noted, const TextPrints& prints,
                        Erasure& erasure, const StopToken& stop, Progress& progress)
{
    for (const NotedExport& each : noted) {
        ErasureExport found{.path = each.path.string(), .time = each.time};
        try {
            const std::vector<fs::path> files = filesOfExport(each.path);
            found.isThere = !files.empty();
            for (std::size_t i = 0; i < files.size() && found.byte < 0; ++i) {
                const auto onRead = [&](std::int64_t count) {
                    progress.report(
                        {.done = count, .total = 0, .stage = "looking through exports"});
                };
                found.byte = prints.placeIn(files[i], onRead, stop);
            }
        } catch (const Error&) { // it is on a medium that is gone, or another user's
            found.isThere = false;
        }
        erasure.exports.push_back(std::move(found));
    }
}

} // namespace nextquill::store
