// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

struct sqlite3;

namespace nextquill::store {

class Connection;

/// While it lives, what a connection commits to the write-ahead log is moved into the file by a
/// thread of its own (SQLite: "checkpoint"), not by the commit: for bulk work. Where the log grows
/// beyond `mostBytes` all the same, a commit waits until it can begin anew; while somebody reads
/// an older state it cannot, and grows on.
///
/// A move that fails (the disk is full) is tried again behind the next commit; nothing is lost.
/// Afterwards the connection moves its pages itself again.
///
/// Threads  that of the connection
/// Throws   Error(Storage) when the file cannot be opened once more
class LogCheckpoints
{
public:
    explicit LogCheckpoints(Connection& connection,
                            std::int64_t mostBytes = std::int64_t{256} << 20);
    ~LogCheckpoints();
    LogCheckpoints(const LogCheckpoints&) = delete;
    LogCheckpoints& operator=(const LogCheckpoints&) = delete;

private:
    static int committed(void* self, sqlite3* database, const char* name, int pages);
    void committed(std::int64_t pages);
    void moveAll(Connection& own, const StopToken& ended);

    Connection& m_connection;
    std::int64_t m_mostBytes;
    std::int64_t m_pageBytes;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::int64_t m_logged = 0;    ///< bytes that the log has; guarded by m_mutex
    std::int64_t m_unmoved = 0;   ///< committed since a move began; guarded by m_mutex
    std::int64_t m_movesDone = 0; ///< guarded by m_mutex
    bool m_isAwaited = false;     ///< a commit waits; guarded by m_mutex
    std::jthread m_thread;        ///< last: ended before the rest goes
};

} // namespace nextquill::store
