// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Erasure.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/ErasedRows.h"
#include "core/store/ErasureFiles.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/store/Splits.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

/// A run that goes on would write of the user again.
void requireNoneGoesOn(Project& project, const Erasure& erasure)
{
    const RunLedger ledger{project};
    for (const std::string& name : erasure.runs) {
        const auto run = ledger.find(name);
        if (run && run->state == RunState::Running && livenessOf(run->process) != Liveness::Gone) {
            throw Error{ErrorKind::BadInput, "the run " + name + " is training on this user",
                        project.file().string(), "stop the run, then erase"};
        }
    }
}

/// All that this user wrote is another one's.
void requireNotMerged(Project& project, const User& user)
{
    Query query{project.connection(), "SELECT o.name FROM users u JOIN users o ON o.id = "
                                      "u.merged_into WHERE u.id = ?"};
    query.with(user.id);
    if (query.next()) {
        throw Error{
            ErrorKind::BadInput, "\"" + user.name + "\" was merged into \"" + query.text(0) + "\"",
            project.file().string(), "erase that one: all names of it go, or undo the merge first"};
    }
}

/// Splits that no run used are made anew; one that nothing is left for goes.
void remakeSplits(Project& project, const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        const auto split = Splits{project}.find(name);
        if (!split) {
            continue;
        }
        try {
            Splits{project}.create(split->settings);
        } catch (const Error& nothingLeft) {
            if (nothingLeft.kind() != ErrorKind::BadInput) {
                throw;
            }
            Query{project.connection(), "DELETE FROM splits WHERE name = ?"}.with(name).run();
        }
    }
}

/// Empties the log. Throws when another program reads: it still has the old pages.
void emptyLog(Connection& connection)
{
    Query query{connection, "PRAGMA wal_checkpoint(TRUNCATE)"};
    if (!query.next() || query.integer(0) != 0) {
        throw Error{ErrorKind::Storage,
                    "the rows are gone, but another program has the project open: traces of the "
                    "texts may be in the file",
                    connection.file(),
                    "close the project there, then `nextquill data erase PROJECT --resume`"};
    }
}

/// Leaves nothing of deleted rows: neither in the full-text index, nor in the file's free space,
/// nor in the log.
void clean(Connection& connection, const StopToken& stop, Progress& progress)
{
    progress.report({.done = 0, .total = 2, .stage = "packing the file"});
    const StopGuard guard{connection, stop};
    {
        Transaction transaction{connection};
        connection.execute("INSERT INTO reviews_text (reviews_text) VALUES ('optimize')");
        transaction.commit();
    }
    progress.report({.done = 1, .total = 2, .stage = "packing the file"});
    connection.pack();
    emptyLog(connection);
    progress.report({.done = 2, .total = 2, .stage = "packing the file"});
}

struct Pending
{
    std::int64_t id = 0;
    TextPrints prints;
};

std::vector<Pending> pendingIn(Connection& connection, Erasure& erasure)
{
    Query query{connection, "SELECT id, prints, untraceable, reviews FROM erasures ORDER BY id"};
    std::vector<Pending> pending;
    erasure.untraceable = 0;
    erasure.reviews = 0;
    while (query.next()) {
        pending.push_back({.id = query.integer(0), .prints = TextPrints::fromBytes(query.text(1))});
        erasure.untraceable += query.integer(2);
        erasure.reviews += query.integer(3);
    }
    return pending;
}

Erasure cleanAndLook(Project& project, const std::vector<NotedExport>& exports,
                     const StopToken& stop, Progress& progress)
{
    Connection& connection = project.connection();
    Erasure erasure;
    const std::vector<Pending> pending = pendingIn(connection, erasure);
    if (pending.empty()) {
        return erasure;
    }
    erasure.removed = removeBackups(project.file());
    forgetPlaces(project.file());
    clean(connection, stop, progress);
    for (const Pending& each : pending) {
        const std::size_t before = erasure.traces.size();
        lookForTraces(project.file(), each.prints, erasure, stop, progress);
        lookThroughExports(exports, each.prints, erasure, stop, progress);
        if (erasure.traces.size() == before) {
            Query{connection, "DELETE FROM erasures WHERE id = ?"}.with(each.id).run();
        }
    }
    emptyLog(connection);
    return erasure;
}

} // namespace

Erasure eraseUser(Project& project, UserId user, const StopToken& stop, Progress& progress)
{
    const auto found = Histories{project}.findUser(user);
    if (!found) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no user {}", number(user)),
                    project.file().string(), "see `nextquill data list`"};
    }
    requireNotMerged(project, *found);
    if (project.isReadOnly()) {
        throw Error{ErrorKind::BadInput, "the project is open for reading only",
                    project.file().string(), "open it for writing"};
    }
    Erasure erasure;
    ErasedRows rows{project, user, found->name};
    rows.findUses(erasure);
    requireNoneGoesOn(project, erasure);
    // Both before the rows: as long as these are there, erasing can simply be asked for again.
    erasure.removed = removeBackups(project.file());
    forgetPlaces(project.file());
    const std::vector<NotedExport> exports = notedExports(project.file()); // before names in it go
    for (const std::string& name : rows.names()) {
        for (std::string& file : maskInLogs(project.file(), name, stop)) {
            if (std::ranges::find(erasure.masked, file) == erasure.masked.end()) {
                erasure.masked.push_back(std::move(file));
            }
        }
    }
    {
        const StopGuard guard{project.connection(), stop};
        rows.take(erasure, stop, progress);
        remakeSplits(project, erasure.splits);
    }
    const Erasure cleaned = cleanAndLook(project, exports, stop, progress);
    erasure.exports = cleaned.exports;
    erasure.files = cleaned.files;
    erasure.bytes = cleaned.bytes;
    erasure.traces = cleaned.traces;
    return erasure;
}

Erasure finishErasures(Project& project, const StopToken& stop, Progress& progress)
{
    return cleanAndLook(project, notedExports(project.file()), stop, progress);
}

std::int64_t unfinishedErasures(const Project& project)
{
    Query query{project.connection(), "SELECT count(*) FROM erasures"};
    return query.next() ? query.integer(0) : 0;
}

} // namespace nextquill::store
