// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportJournal.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/import/DeferredSearch.h"
#include "core/store/import/ImportRecord.h"
#include "core/store/import/ImportRollback.h"
#include "core/store/import/ImportRun.h"
#include "core/store/import/ImportSource.h"
#include "core/store/import/RunningImport.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

ImportState stateOf(const ImportRecord& record, bool goesOn)
{
    if (record.state == "running") {
        return goesOn ? ImportState::GoingOn : ImportState::Interrupted;
    }
    return record.state == "stopped" ? ImportState::Stopped : ImportState::Done;
}

std::string whyNoResume(const ImportRecord& record)
{
    if (record.state == "done") {
        return "it is done";
    }
    if (!record.hasSettings) {
        return "it was not of files, or begun by an older version";
    }
    if (std::ranges::count(record.files, fs::path{"-"}) > 0) {
        return "standard input can be read only once";
    }
    return {};
}

ImportEntry entryOf(const ImportRecord& record, bool goesOn)
{
    return {.id = record.id,
            .state = stateOf(record, goesOn),
            .files = record.names,
            .started = record.started,
            .finished = record.finished,
            .figures = record.figures,
            .whyNoResume = whyNoResume(record)};
}

Error refused(const Project& project, ImportId import, const std::string& why)
{
    return {ErrorKind::BadInput,
            fmt::format("import {} cannot be changed: {}", number(import), why),
            project.file().string(), "see `nextquill import PROJECT --list`"};
}

/// The import, which nobody is at work on.
ImportRecord idleRecord(Project& project, ImportId import)
{
    ImportRecord record = importRecord(project.connection(), import);
    if (record.state == "running" && RunningImport::isGoingOn(project.file())) {
        throw refused(project, import, "it goes on");
    }
    return record;
}

ImportRecord openRecord(Project& project, ImportId import)
{
    ImportRecord record = idleRecord(project, import);
    if (record.state == "done") {
        throw refused(project, import, "it is done");
    }
    return record;
}

/// Where a file of the import is now.
fs::path placeOf(const fs::path& file, const std::vector<fs::path>& moved)
{
    const auto found = std::ranges::find_if(
        moved, [&file](const fs::path& other) { return other.filename() == file.filename(); });
    return found == moved.end() ? file : *found;
}

void requireSame(const SourceStanding& standing, const fs::path& file)
{
    if (standing.isComplete || isSameFile(standing.identity, file, file != standing.path)) {
        return;
    }
    std::error_code failed;
    const bool isThere = fs::exists(file, failed);
    throw Error{ErrorKind::BadInput,
                isThere ? "the file is not the one that the import began with"
                        : "the file that the import began with is gone",
                file.string(),
                isThere ? "take the import back and import the file anew, or keep what is there"
                        : "say where it is now (--resume FILE), or take the import back"};
}

/// The import's files where they are now, those that were begun being the same.
std::vector<ImportSource> sourcesAgain(const ImportRecord& record,
                                       const std::vector<fs::path>& moved)
{
    std::vector<fs::path> files;
    for (const fs::path& file : record.files) {
        files.push_back(placeOf(file, moved));
    }
    std::vector<fs::path> items;
    for (const fs::path& file : record.settings.items) {
        items.push_back(placeOf(file, moved));
    }
    std::vector<ImportSource> sources = reviewSources(files, record.settings.format);
    for (ImportSource& source : itemSources(items)) {
        sources.push_back(std::move(source));
    }
    files.insert(files.end(), items.begin(), items.end());
    for (std::size_t i = 0; i < std::min(record.sources.size(), files.size()); ++i) {
        requireSame(record.sources[i], files[i]);
    }
    return sources;
}

} // namespace

std::vector<ImportEntry> imports(const Project& project)
{
    Connection& connection = project.connection();
    std::vector<std::int64_t> ids;
    Query query{connection, "SELECT id FROM imports ORDER BY id DESC"};
    while (query.next()) {
        ids.push_back(query.integer(0));
    }
    const bool goesOn = RunningImport::isGoingOn(project.file());
    std::vector<ImportEntry> entries;
    for (const std::int64_t id : ids) {
        entries.push_back(entryOf(importRecord(connection, ImportId{id}), goesOn));
    }
    return entries;
}

std::vector<ImportEntry> interruptedImports(const Project& project)
{
    std::vector<ImportEntry> entries = imports(project);
    std::erase_if(entries,
                  [](const ImportEntry& entry) { return entry.state != ImportState::Interrupted; });
    return entries;
}

ImportResult resumeImport(Project& project, ImportId import, const std::vector<fs::path>& moved,
                          StopToken stop, Progress& progress)
{
    ImportRecord record = openRecord(project, import);
    if (const std::string why = whyNoResume(record); !why.empty()) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("import {} cannot go on: {}", number(import), why),
                    project.file().string(), "take it back, or keep what is there"};
    }
    const std::vector<ImportSource> sources = sourcesAgain(record, moved);
    const RunningImport running{project.file()};
    return ImportRun{project, record, sources, std::move(stop), progress}.run();
}

std::int64_t rollBackImport(Project& project, ImportId import, const StopToken& stop,
                            Progress& progress)
{
    const ImportRecord record = idleRecord(project, import);
    return takeBack(project.connection(), record, stop, progress);
}

void keepImport(Project& project, ImportId import, const StopToken& stop, Progress& progress)
{
    ImportRecord record = openRecord(project, import);
    Connection& connection = project.connection();
    Transaction transaction{connection};
    {
        const StopGuard guard{connection, stop};
        buildDeferredSearch(connection, stop, progress);
    }
    tuneIndexForBulk(connection, false);
    record.state = "done";
    record.finished = now();
    noteFigures(connection, record);
    transaction.commit();
}

} // namespace nextquill::store
