// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Connection.h"

#include "core/store/WriterLock.h"

#include <sqlite3.h>

#include <chrono>

namespace nextquill::store {

namespace {

constexpr int busyMilliseconds = 5'000;
/// What became of a run is to be noted even where an import commits at the same time.
constexpr int ledgerBusyMilliseconds = 60'000;
constexpr int stepsBetweenStopPoints = 1'000;
constexpr sqlite3_int64 mostMemory = sqlite3_int64{1} << 30; // of all connections

struct Limit
{
    int which;
    int most;
};

/// What a file may cost that we did not write (RELIABILITY.md, limits).
constexpr Limit limits[] = {
    {SQLITE_LIMIT_LENGTH, 256 << 20}, {SQLITE_LIMIT_SQL_LENGTH, 1'000'000},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},   {SQLITE_LIMIT_ATTACHED, 2},
    {SQLITE_LIMIT_VDBE_OP, 250'000},  {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
};

int flagsFor(Access access)
{
    switch (access) {
    case Access::Read:
        return SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX; // one thread at a time, as promised
    case Access::Write:
    case Access::Ledger:
    case Access::Create:
        break;
    }
    return SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX;
}

/// No statement of ours does these; one in a file that a stranger made may try.
int authorize(void* /*unused*/, int action, const char* /*first*/, const char* second,
              const char* /*database*/, const char* /*inside*/)
{
    constexpr std::string_view refusedFunctions[] = {"load_extension", "fts3_tokenizer", "readfile",
                                                     "writefile", "edit"};
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_VIEW:
    case SQLITE_CREATE_TEMP_VIEW:
        return SQLITE_DENY;
    case SQLITE_FUNCTION:
        for (const std::string_view refused : refusedFunctions) {
            if (second != nullptr && refused == second) {
                return SQLITE_DENY;
            }
        }
        return SQLITE_OK;
    default:
        return SQLITE_OK;
    }
}

/// Beside another process that writes the rest.
int authorizeLedger(void* unused, int action, const char* first, const char* second,
                    const char* database, const char* inside)
{
    const std::string_view table = first != nullptr ? first : "";
    const std::string_view column = second != nullptr ? second : "";
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_DELETE:
        return table == "runs" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_UPDATE:
        return table == "runs" || (table == "splits" && column == "frozen") ? SQLITE_OK
                                                                            : SQLITE_DENY;
    default:
        return authorize(unused, action, first, second, database, inside);
    }
}

void secure(sqlite3* database, Access access)
{
    for (const Limit& limit : limits) {
        sqlite3_limit(database, limit.which, limit.most);
    }
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_set_authorizer(database, access == Access::Ledger ? authorizeLedger : authorize,
                           nullptr);
    sqlite3_hard_heap_limit64(mostMemory);
}

int stopAsked(void* token)
{
    return static_cast<const StopToken*>(token)->stop_requested() ? 1 : 0;
}

SQLite::Database openDatabase(const std::string& file, Access access)
{
    try {
        return SQLite::Database{file, flagsFor(access),
                                access == Access::Ledger ? ledgerBusyMilliseconds
                                                         : busyMilliseconds};
    } catch (const SQLite::Exception& failure) {
        throw translate(failure, file);
    }
}

} // namespace

Error translate(const SQLite::Exception& failure, const std::string& file)
{
    const std::string reason = failure.what();
    switch (failure.getErrorCode()) {
    case SQLITE_INTERRUPT:
        throw Stopped{};
    case SQLITE_NOTADB:
        return {ErrorKind::BadInput, "this is not a NextQuill project", file,
                "choose a file that ends in .nextquill"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorKind::Storage, "the project is being written by something else", file,
                "wait until that is done and try again"};
    case SQLITE_FULL:
        return {ErrorKind::Storage, "the disk is full", file,
                "free some space; what was saved before is safe"};
    case SQLITE_CORRUPT:
        return {ErrorKind::Storage, "the project file is damaged (" + reason + ")", file,
                "work on a copy, or go back to a backup"};
    case SQLITE_NOMEM:
        return {ErrorKind::OutOfMemory, "the memory does not suffice", file,
                "close other programs and try again"};
    case SQLITE_AUTH:
        return {ErrorKind::Internal, "this was to be written with the right to write the project",
                file, "report this"};
    case SQLITE_READONLY:
        return {ErrorKind::Storage, "the project file cannot be written (" + reason + ")", file,
                "check the rights of the file and its folder"};
    default:
        return {ErrorKind::Storage, "the project file failed (" + reason + ")", file,
                "check the disk and the rights of the folder, then open the project again"};
    }
}

Connection::Connection(const std::filesystem::path& file, Access access,
                       std::shared_ptr<WriterLock> lock)
    : m_lock{std::move(lock)}
    , m_file{file.string()}
    , m_readOnly{access == Access::Read}
    , m_database{openDatabase(m_file, access)}
{
    secure(m_database.getHandle(), access);
    execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
            "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;"
            "PRAGMA temp_store = MEMORY;");
    // Imports look up a digest per review: that many KiB of its index stay in memory.
    if (m_readOnly) {
        execute("PRAGMA cache_size = -8192");
    } else {
        cachePages(PageCache::Usual);
    }
}

Connection::~Connection()
{
    if (!m_readOnly) {
        // SQLite itself does this for the last connection alone. Where another one reads, the file
        // would be without its newest changes, and whoever copies it would miss them.
        sqlite3_wal_checkpoint_v2(m_database.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                  nullptr, nullptr);
    }
}

void Connection::execute(const std::string& statements)
{
    try {
        m_database.exec(statements);
    } catch (const SQLite::Exception& failure) {
        throw translate(failure, m_file);
    }
}

void Connection::useWriteAheadLog()
{
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
}

void Connection::syncEveryCommit(bool every) noexcept
{
    m_database.tryExec(every ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

void Connection::cachePages(PageCache size) noexcept
{
    m_database.tryExec(size == PageCache::Small ? "PRAGMA cache_size = -24576"
                                                : "PRAGMA cache_size = -65536");
}

void Connection::pack()
{
    // SQLite attaches the new file itself, and it may be larger than the memory.
    sqlite3* const database = m_database.getHandle();
    sqlite3_set_authorizer(database, nullptr, nullptr);
    m_database.tryExec("PRAGMA temp_store = FILE");
    const int failed = m_database.tryExec("VACUUM");
    const SQLite::Exception failure{database, failed};
    m_database.tryExec("PRAGMA temp_store = MEMORY");
    sqlite3_set_authorizer(database, authorize, nullptr);
    if (failed != SQLITE_OK) {
        throw translate(failure, m_file);
    }
}

void Connection::interrupt() noexcept
{
    sqlite3_interrupt(m_database.getHandle());
}

// Not sqlite3_interrupt(): while the full-text index reads, that also ends the ROLLBACK.
StopGuard::StopGuard(Connection& connection, StopToken stop)
    : m_connection{connection}
{
    m_connection.m_stop = std::move(stop);
    sqlite3_progress_handler(m_connection.database().getHandle(), stepsBetweenStopPoints, stopAsked,
                             &m_connection.m_stop);
}

StopGuard::~StopGuard()
{
    sqlite3_progress_handler(m_connection.database().getHandle(), 0, nullptr, nullptr);
    m_connection.m_stop = {};
}

namespace {

SQLite::Statement prepared(Connection& connection, const std::string& statement)
{
    try {
        return SQLite::Statement{connection.database(), statement};
    } catch (const SQLite::Exception& failure) {
        throw translate(failure, connection.file());
    }
}

} // namespace

Query::Query(Connection& connection, const std::string& statement)
    : m_connection{connection}
    , m_statement{prepared(connection, statement)}
{
}

void Query::restart()
{
    m_statement.tryReset();
    m_statement.clearBindings();
    m_bound = 0;
    m_ended = false;
}

Query& Query::bindNext(std::int64_t value)
{
    m_statement.bind(++m_bound, value);
    return *this;
}

Query& Query::bindNext(double value)
{
    m_statement.bind(++m_bound, value);
    return *this;
}

Query& Query::bindNext(const std::string& value)
{
    try {
        m_statement.bind(++m_bound, value);
    } catch (const SQLite::Exception& failure) {
        throw translate(failure, m_connection.file());
    }
    return *this;
}

Query& Query::bindInPlace(const std::string& value)
{
    try {
        m_statement.bindNoCopy(++m_bound, value);
    } catch (const SQLite::Exception& failure) {
        throw translate(failure, m_connection.file());
    }
    return *this;
}

Query& Query::bindBlob(const std::string& bytes)
{
    m_statement.bind(++m_bound, bytes.data(), static_cast<int>(bytes.size()));
    return *this;
}

bool Query::next()
{
    stopPoint(m_connection.m_stop);
    try {
        m_ended = m_ended || !m_statement.executeStep();
        return !m_ended;
    } catch (const SQLite::Exception& failure) {
        throw translate(failure, m_connection.file());
    }
}

int Query::run()
{
    while (next()) {
    }
    const int changed = sqlite3_changes(m_connection.database().getHandle());
    m_statement.tryReset();
    m_ended = true;
    return changed;
}

std::int64_t Query::insert()
{
    run();
    return sqlite3_last_insert_rowid(m_connection.database().getHandle());
}

std::int64_t Query::integer(int column) const
{
    return m_statement.getColumn(column).getInt64();
}

double Query::real(int column) const
{
    return m_statement.getColumn(column).getDouble();
}

std::string Query::text(int column) const
{
    return m_statement.getColumn(column).getString();
}

Transaction::Transaction(Connection& connection)
    : m_connection{connection}
{
    if (connection.isReadOnly()) {
        throw Error{ErrorKind::BadInput, "the project is open for reading only", connection.file(),
                    "close it in the other window, or work on a copy"};
    }
    connection.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    // A full disk makes SQLite roll back by itself: then there is nothing left to do.
    if (m_open && sqlite3_get_autocommit(m_connection.database().getHandle()) == 0) {
        m_connection.database().tryExec("ROLLBACK");
    }
}

void Transaction::commit()
{
    m_connection.execute("COMMIT");
    m_open = false;
}

ReadSnapshot::ReadSnapshot(Connection& connection)
    : m_connection{connection}
{
    connection.execute("BEGIN");
}

ReadSnapshot::~ReadSnapshot()
{
    m_connection.database().tryExec("ROLLBACK");
}

std::int64_t now()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace nextquill::store
