// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/LogCheckpoints.h"

#include "core/store/Connection.h"

#include <sqlite3.h>

#include <memory>

namespace nextquill::store {

namespace {

/// Each move syncs the file.
constexpr std::int64_t fewestBytesMoved = std::int64_t{32} << 20;

std::int64_t pageBytesOf(Connection& connection)
{
    Query query{connection, "PRAGMA page_size"};
    return query.next() ? query.integer(0) : 0;
}

} // namespace

LogCheckpoints::LogCheckpoints(Connection& connection, std::int64_t mostBytes)
    : m_connection{connection}
    , m_mostBytes{mostBytes}
    , m_pageBytes{pageBytesOf(connection)}
    , m_thread{[this, own = std::make_unique<Connection>(connection.file(), Access::Write)](
                   const StopToken& ended) { moveAll(*own, ended); }}
{
    sqlite3_wal_hook(m_connection.database().getHandle(), committed, this);
}

LogCheckpoints::~LogCheckpoints()
{
    constexpr int pagesBetweenCheckpoints = 1'000; // as SQLite has it
    sqlite3_wal_autocheckpoint(m_connection.database().getHandle(), pagesBetweenCheckpoints);
}

int LogCheckpoints::committed(void* self, sqlite3* /*database*/, const char* /*name*/, int pages)
{
    static_cast<LogCheckpoints*>(self)->committed(pages);
    return SQLITE_OK;
}

/// The commit is done, and its lock let go.
void LogCheckpoints::committed(std::int64_t pages)
{
    std::unique_lock lock{m_mutex};
    const std::int64_t bytes = pages * m_pageBytes;
    m_unmoved += bytes > m_logged ? bytes - m_logged : bytes; // less: the log began anew
    m_logged = bytes;
    m_isAwaited = m_logged > m_mostBytes;
    m_changed.notify_all();
    if (m_isAwaited) {
        // One move may be under way that began before this commit; the next one has all.
        const std::int64_t enough = m_movesDone + 2;
        m_changed.wait(lock, [&] { return m_movesDone >= enough || m_unmoved == 0; });
        m_isAwaited = false;
    }
}

void LogCheckpoints::moveAll(Connection& own, const StopToken& ended)
{
    const auto isDue = [this] { return m_unmoved >= fewestBytesMoved || m_isAwaited; };
    std::unique_lock lock{m_mutex};
    while (m_changed.wait(lock, ended, isDue) && !ended.stop_requested()) {
        const std::int64_t moved = m_unmoved;
        lock.unlock();
        sqlite3_wal_checkpoint_v2(own.database().getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                  nullptr, nullptr);
        lock.lock();
        m_unmoved -= moved;
        ++m_movesDone;
        m_changed.notify_all();
    }
}

} // namespace nextquill::store
