// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace nextquill {

/// Appends JSON objects, one a line, to a file that others may read while it grows.
///
/// Threads  append() may be called from several threads.
class EventLog
{
public:
    /// Keeps nothing of what is appended: for runs in which another process writes the events.
    EventLog();
    /// Opens for appending; a half line left by a crash is ended first. Throws Error(Storage).
    explicit EventLog(const std::filesystem::path& file);
    ~EventLog();
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    /// Writes one whole line with one system call. Throws Error(Storage); where the disk took half
    /// of it, the next call ends that line first.
    void append(const OrderedJson& event);

    /// Flushes to the disk; used when an event acknowledges something (a checkpoint).
    void sync();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Reads an event log that may still be growing, from wherever the last call ended.
///
/// A file that has become shorter is another one: it is read from its beginning.
///
/// Lines that are not JSON objects (a half line at the end) are left for the next call or, when a
/// line follows them, skipped and counted.
class EventReader
{
public:
    explicit EventReader(std::filesystem::path file);

    /// Whole events that were added since the last call; empty when none or no file yet.
    [[nodiscard]] std::vector<Json> poll();

    [[nodiscard]] std::int64_t skippedLines() const { return m_skipped; }

private:
    std::filesystem::path m_file;
    std::int64_t m_offset = 0;
    std::int64_t m_skipped = 0;
};

} // namespace nextquill
