// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/import/NameNumbers.h"
#include "core/store/import/RecordSource.h"
#include "core/store/import/SourceRecord.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nextquill::store {

/// A record that was read: reviews with their content digests, or a line that cannot be taken.
struct ReadRecord
{
    std::vector<IncomingReview> reviews; ///< those with a reason are rejected
    std::string original;                ///< as it stands in the file, where a review has a reason
    std::int64_t line = 0;
    std::int64_t byte = 0;
    std::int64_t consumedBytes = 0; ///< of the source, with this record
};

/// Some records in a row, and how far their source is read with them.
struct ReadRecords
{
    std::vector<ReadRecord> records;
    SourceReading reading;     ///< for what comes after them
    std::exception_ptr damage; ///< what the source ended with
    std::size_t bytes = 0;     ///< of the records' texts
};

struct NumberedNames
{
    NameNumbers users;
    NameNumbers items;
};

/// Reads and parses the records of a source on a thread of its own, a few pieces ahead of who takes
/// them: what is written meanwhile need not wait for it.
///
/// Where a piece ends depends on the records alone: 500 of them, or 512 KiB.
///
/// Threads  one takes; the source, the parser and the names are the pipe's while it lives
/// Stops    soon after the pipe is destroyed
class RecordPipe
{
public:
    RecordPipe(RecordSource& source, RecordParser& parser, SourceFormat format,
               NumberedNames& names);
    ~RecordPipe();
    RecordPipe(const RecordPipe&) = delete;
    RecordPipe& operator=(const RecordPipe&) = delete;

    /// The next piece; none at the end. Throws Stopped when it was asked to stop while it waits.
    [[nodiscard]] std::optional<ReadRecords> next(const StopToken& stop);

    /// Frees a piece that was taken, on the reading thread: that is a twentieth of an import.
    void giveBack(ReadRecords piece);

private:
    void readAll(const StopToken& ended);
    [[nodiscard]] ReadRecords readSome(const StopToken& ended);
    void numberNames(ReadRecords& piece);
    [[nodiscard]] ReadRecord read(const SourceText& record);

    RecordSource& m_source;
    RecordParser& m_parser;
    SourceFormat m_format;
    NumberedNames& m_names;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<ReadRecords> m_ready;  ///< guarded by m_mutex
    std::vector<ReadRecords> m_spent; ///< to be freed; guarded by m_mutex
    std::size_t m_readyBytes = 0;     ///< guarded by m_mutex
    bool m_isAtEnd = false;           ///< guarded by m_mutex
    bool m_isDone = false;            ///< of the reading thread
    std::jthread m_thread;            ///< last: ended before the rest goes
};

} // namespace nextquill::store
