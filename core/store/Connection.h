// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Progress.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::store {

class WriterLock;

enum class Access {
    Write,
    Read,
    Ledger, ///< writes the table of runs, and which splits are frozen; nothing else
    Create,
};

/// The error that a failure of SQLite is for our callers. Throws Stopped when the query was
/// interrupted.
[[nodiscard]] Error translate(const SQLite::Exception& failure, const std::string& file);

enum class PageCache {
    Usual, ///< 64 MiB
    Small  ///< 24 MiB
};

/// One SQLite connection, set up for a file that a stranger may have made: nothing in its schema
/// runs (no triggers, views, extensions, other databases), and what it may cost is limited.
///
/// Threads  one at a time; interrupt() alone may come from another one
class Connection
{
public:
    /// Throws Error(Storage); Error(BadInput) when it is no SQLite file.
    Connection(const std::filesystem::path& file, Access access,
               std::shared_ptr<WriterLock> lock = nullptr);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] SQLite::Database& database() { return m_database; }
    [[nodiscard]] const std::string& file() const { return m_file; }
    [[nodiscard]] bool isReadOnly() const { return m_readOnly; }

    /// Runs statements that take no values and give no rows.
    void execute(const std::string& statements);

    /// Turns on the write-ahead log with full syncs; only for a file that is known to be ours.
    void useWriteAheadLog();

    /// How many pages of the file stay in memory.
    void cachePages(PageCache size) noexcept;

    /// Lets commits be synced by the next full one or checkpoint only, for bulk work: a power cut
    /// may take the last of them back, but never damages the file. Not inside a transaction.
    void syncEveryCommit(bool every) noexcept;

    /// Writes the whole file anew without what was deleted (VACUUM). Not inside a transaction.
    void pack();

    void interrupt() noexcept;

private:
    friend class StopGuard;
    friend class Query;

    std::shared_ptr<WriterLock> m_lock; ///< let go after the database is closed
    std::string m_file;
    bool m_readOnly;
    SQLite::Database m_database;
    StopToken m_stop; ///< of the StopGuard, if there is one
};

/// While it lives, what runs on the connection ends soon after a stop is asked for: queries throw
/// Stopped, a transaction that is open is to be rolled back (its destructor does that). End it
/// before statements that must run all the same. One at a time.
class StopGuard
{
public:
    StopGuard(Connection& connection, StopToken stop);
    ~StopGuard();
    StopGuard(const StopGuard&) = delete;
    StopGuard& operator=(const StopGuard&) = delete;

private:
    Connection& m_connection;
};

/// A prepared statement whose failures are ours.
class Query
{
public:
    Query(Connection& connection, const std::string& statement);

    /// Starts anew with these values, in the order of the question marks.
    template<typename... Values>
    Query& with(const Values&... values)
    {
        restart();
        (bindNext(values), ...);
        return *this;
    }

    /// Adds one value after those that were bound.
    Query& bindNext(std::int64_t value);
    Query& bindNext(double value);
    Query& bindNext(const std::string& value);
    Query& bindNext(const char* value) { return bindNext(std::string{value}); }
    Query& bindNext(std::string_view value) { return bindNext(std::string{value}); }
    Query& bindBlob(const std::string& bytes);
    /// Adds a text without copying it: it must stay until the statement has run.
    Query& bindInPlace(const std::string& value);
    template<typename Value>
        requires(std::integral<Value> || std::is_enum_v<Value>)
    Query& bindNext(Value value)
    {
        return bindNext(static_cast<std::int64_t>(value));
    }

    /// Moves to the next row; false at the end.
    [[nodiscard]] bool next();

    /// Runs it to the end; returns the number of rows changed.
    int run();

    /// Runs an INSERT of one row; returns the row's id. Much cheaper than RETURNING, for which
    /// SQLite keeps a journal of the statement.
    std::int64_t insert();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;

private:
    void restart();

    Connection& m_connection;
    SQLite::Statement m_statement;
    int m_bound = 0;
    bool m_ended = false; ///< and not started anew
};

/// All or nothing: rolled back unless commit() was called.
///
/// Throws   Error(BadInput) when the project is open for reading only, Error(Storage)
class Transaction
{
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Connection& m_connection;
    bool m_open = true;
};

/// While it lives, all that is read on the connection is of one moment, whatever others commit. For
/// connections that write nothing meanwhile. End a StopGuard before.
class ReadSnapshot
{
public:
    explicit ReadSnapshot(Connection& connection);
    ~ReadSnapshot();
    ReadSnapshot(const ReadSnapshot&) = delete;
    ReadSnapshot& operator=(const ReadSnapshot&) = delete;

private:
    Connection& m_connection;
};

/// Milliseconds since 1970, UTC.
[[nodiscard]] std::int64_t now();

} // namespace nextquill::store
