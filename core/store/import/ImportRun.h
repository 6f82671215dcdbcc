// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/import/ImportBatch.h"
#include "core/store/import/ImportRecord.h"
#include "core/store/import/ImportSource.h"
#include "core/store/import/RecordPipe.h"
#include "core/store/import/SourceRecord.h"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection;
class Project;
class ReplayedRecords;
struct ReadRecord;

/// One import from its first record, or the first that was not committed, to its end.
class ImportRun
{
public:
    /// A record without an id is that of a new import; `sources` are its files in their order,
    /// metadata last.
    ImportRun(Project& project, ImportRecord& record, const std::vector<ImportSource>& sources,
              StopToken stop, Progress& progress);

    /// As importReviews() has it.
    [[nodiscard]] ImportResult run();

private:
    void readAll();
    void readSource(const ImportSource& source, SourceStanding& standing);
    void readReviews(const ImportSource& source, SourceStanding& standing);
    void readRecords(const ImportSource& source, RecordSource& records, SourceStanding& standing);
    void skipKnown(RecordSource& records, const SourceStanding& standing);
    void readItems(const ImportSource& source);
    [[nodiscard]] std::optional<SourceFormat> recognise(const ImportSource& source,
                                                        ReplayedRecords& records);
    void expect(const ReadRecords& piece) const;
    void take(const ImportSource& source, const ReadRecord& record);
    void addReject(const Reject& reject, bool ofReview);
    void keepDamage(const ImportSource& source, const Error& damage);
    void commit(const SourceStanding* standing = nullptr);
    void buildSearch();
    void backToLastCommit();
    void report(const RecordSource& records, const char* stage);
    [[nodiscard]] SourceStanding standingOf(const ImportSource& source, std::size_t index) const;

    Connection& m_connection;
    ImportRecord& m_record;
    const std::vector<ImportSource>& m_sources;
    StopToken m_stop;
    Progress& m_progress;
    RecordParser m_parser;
    NumberedNames m_names;
    ImportBatch m_batch;
    ImportResult m_result;
    ImportResult m_committed; ///< as it was when a batch was last finished
    bool m_areItemsBegun = false;
    std::int64_t m_rejects = 0;
    std::int64_t m_total = 0;
    std::int64_t m_doneBefore = 0;
};

} // namespace nextquill::store
