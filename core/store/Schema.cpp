// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Schema.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Resources.h"
#include "core/store/Connection.h"
#include "core/store/ReviewIndices.h"
#include "core/store/UncheckedKeys.h"
#include "core/store/table/OptionalIndices.h"

#include <SQLiteCpp/Backup.h>

#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <sys/stat.h>

namespace nextquill::store {

namespace {

constexpr std::uintmax_t mostCheckedAtOnce = std::uintmax_t{64} << 20; // 0.1 to 0.2 s

std::int64_t pragma(Connection& connection, const std::string& name)
{
    Query query{connection, "PRAGMA " + name};
    return query.next() ? query.integer(0) : 0;
}

/// Everything that a schema has, as comparable lines. SQLite's own tables are left out.
std::set<std::string> schemaLines(Connection& connection)
{
    std::set<std::string> lines;
    Query query{connection, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema "
                            "WHERE substr(name, 1, 7) <> 'sqlite_'"};
    while (query.next()) {
        lines.insert(query.text(0) + ' ' + query.text(1) + ' ' + query.text(2) + ' ' +
                     query.text(3));
    }
    return lines;
}

/// What a project has after these steps.
std::set<std::string> linesAfter(const std::vector<std::string_view>& steps)
{
    Connection made{":memory:", Access::Create};
    migrate(made, steps);
    return schemaLines(made);
}

/// After all steps: worked out once, for it takes ten times as long as opening a file.
const std::set<std::string>& newestLines()
{
    static const std::set<std::string> lines = linesAfter(migrations());
    return lines;
}

Error foreignSchema(const std::string& file)
{
    return {ErrorKind::BadInput, "the file's tables are not those of a NextQuill project", file,
            "it was changed by another program; go back to a backup"};
}

std::vector<const OptionalIndex*> optionalIndicesOf(Connection& connection)
{
    std::vector<const OptionalIndex*> there;
    for (const OptionalIndex& index : optionalIndices()) {
        if (hasIndex(connection, index.index)) {
            there.push_back(&index);
        }
    }
    return there;
}

void applyStep(Connection& connection, std::string_view step, std::size_t version)
{
    Transaction transaction{connection};
    connection.execute(std::string{step});
    connection.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                   applicationId, version));
    transaction.commit();
}

} // namespace

std::vector<std::string_view> migrations()
{
    std::vector<std::string_view> steps;
    for (const std::string_view path : resourcesBelow("schema/")) {
        steps.push_back(resource(path));
    }
    return steps;
}

std::int64_t schemaVersion(Connection& connection)
{
    return pragma(connection, "user_version");
}

void requireProject(Connection& connection)
{
    if (pragma(connection, "application_id") != applicationId) {
        throw Error{ErrorKind::BadInput, "this is not a NextQuill project", connection.file(),
                    "choose a file that ends in .nextquill"};
    }
    if (schemaVersion(connection) < 1) {
        throw foreignSchema(connection.file());
    }
}

void migrate(Connection& connection, const std::vector<std::string_view>& steps)
{
    const auto version = static_cast<std::size_t>(schemaVersion(connection));
    if (version >= steps.size()) {
        return;
    }
    const UncheckedKeys unchecked{connection}; // a table that is made anew takes no rows along
    const std::vector<const OptionalIndex*> indices = optionalIndicesOf(connection);
    for (std::size_t step = version; step < steps.size(); ++step) {
        applyStep(connection, steps[step], step + 1);
    }
    for (const OptionalIndex* const index : indices) { // they went with such a table
        if (!hasIndex(connection, index->index)) {
            connection.execute(index->create);
        }
    }
}

std::string backUp(Connection& connection, std::int64_t version)
{
    std::string file = fmt::format("{}.before-v{}", connection.file(), version);
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    try {
        SQLite::Database copy{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        if (::chmod(file.c_str(), S_IRUSR | S_IWUSR) != 0) {
            throw Error{ErrorKind::Storage, "the backup's rights cannot be set", file,
                        "check the folder's file system"};
        }
        SQLite::Backup backup{copy, connection.database()};
        backup.executeStep(-1);
    } catch (const SQLite::Exception& failure) {
        throw translate(failure, file);
    }
    syncToDisk(file);
    return file;
}

void requireSchema(Connection& connection, const std::vector<std::string_view>& steps)
{
    std::set<std::string> expected = steps == migrations() ? newestLines() : linesAfter(steps);
    for (const std::string_view out : reviewIndicesOut(connection)) {
        std::erase_if(expected, [prefix = fmt::format("index {} ", out)](const std::string& line) {
            return line.starts_with(prefix);
        });
    }
    std::set<std::string> lines = schemaLines(connection);
    for (const OptionalIndex& index : optionalIndices()) {
        lines.erase(fmt::format("index {} {} {}", index.index, index.table, index.create));
    }
    if (lines != expected) {
        throw foreignSchema(connection.file());
    }
}

void refuseTriggersAndViews(Connection& connection)
{
    Query query{connection,
                "SELECT count(*) FROM sqlite_schema, "
                "(SELECT 'CREATE VIRTUAL TABLE ' AS make, ' USING fts5' AS with_module) "
                "WHERE type NOT IN ('table', 'index') OR (type = 'table' AND rootpage = 0 AND "
                "substr(sql, 1, length(make || name || with_module)) "
                "<> make || name || with_module)"};
    if (query.next() && query.integer(0) > 0) {
        throw foreignSchema(connection.file());
    }
}

void requireSoundPages(Connection& connection)
{
    std::error_code failed;
    const auto size = std::filesystem::file_size(connection.file(), failed);
    if (failed || size > mostCheckedAtOnce) {
        return;
    }
    Query query{connection, "PRAGMA quick_check(1)"};
    if (query.next() && query.text(0) != "ok") {
        throw Error{ErrorKind::Storage, "the project file is damaged (" + query.text(0) + ")",
                    connection.file(), "open it for reading only, or go back to a backup"};
    }
}

} // namespace nextquill::store
