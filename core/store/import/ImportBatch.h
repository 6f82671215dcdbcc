// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/LogCheckpoints.h"
#include "core/store/UncheckedKeys.h"
#include "core/store/import/ImportRecord.h"
#include "core/store/import/NameNumbers.h"
#include "core/store/import/SeenContents.h"
#include "core/store/import/SourceRecord.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nextquill::store {

/// Rows of one transaction at first. Later ones have a quarter of what is there, up to
/// mostRowsOfBatch: each writes nearly every page of the indices anew once these are large, and
/// counts the reviews of most items.
constexpr std::int64_t rowsOfBatch = 5'000;
constexpr std::int64_t mostRowsOfBatch = 100'000;

/// Writes what an import brings, in batches: one transaction each, begun by the first row. They are
/// safe from the death of the process at once, from a power cut when finish() has returned.
///
/// With each batch goes how far the source was read, so that an import whose process died goes on
/// with the next record.
///
/// Stops    every function but dropUnfinished(), finish() and revert() under a StopGuard; then call
///          dropUnfinished() once the guard has ended
class ImportBatch
{
public:
    /// Goes on with the import; one without an id is new, and gets it. `bytes` are those of its
    /// reviews' files: whether indices are built when all of them are there.
    ImportBatch(Connection& connection, ImportRecord& record, std::int64_t bytes);
    ~ImportBatch();
    ImportBatch(const ImportBatch&) = delete;
    ImportBatch& operator=(const ImportBatch&) = delete;

    /// What comes now is from this source; one without a row is new, and gets it.
    void beginSource(SourceStanding& source);
    /// It was read to its end; `digest` is that of its bytes, empty where it is not known.
    void endSource(SourceStanding& source, const std::string& digest);

    /// This one comes soon: brings where its digest will be looked up near to the processor.
    void expect(const IncomingReview& review) const;

    /// False when the project has the review already. Its content is known. It must stay until
    /// writeAdded().
    bool add(const IncomingReview& review);
    void writeAdded();
    void addReject(const Reject& reject);
    /// Rejects of before, by their rows.
    void changeReject(std::int64_t row, const std::string& reason);
    void removeReject(std::int64_t row);

    /// Completes an item that the project has; false when there is none, or nothing new is said.
    bool completeItem(const IncomingItem& item);

    /// Full batches are to be committed.
    [[nodiscard]] bool isFull() const;

    /// With the figures, and how far `source` was read, where there is one.
    void commit(const ImportResult& figures, const SourceStanding* source = nullptr);

    /// Behind a commit: where more digests are in memory than the settings allow, there is an index
    /// from now on.
    void boundDigests(Progress& progress);

    /// Forgets what came since the last commit.
    void dropUnfinished();

    /// Behind the last commit: builds the full-text index, where that was put off.
    void buildSearch(const StopToken& stop, Progress& progress);

    /// Behind the last commit, not under a StopGuard: builds the reviews' indices, where that was
    /// put off. finish() does, too, without a word.
    void buildIndices(Progress& progress);

    /// Ends the import with its figures. Commits.
    void finish(const ImportResult& figures);

    /// Takes out everything that this import brought, batches that were committed included.
    void revert();

    /// Items that reviews brought.
    [[nodiscard]] std::int64_t itemsAdded() const { return m_itemsAdded; }

    /// Items that metadata completed, each counted once.
    [[nodiscard]] std::int64_t itemsCompleted() const { return m_itemsCompleted; }

private:
    struct Statements;

    /// Reviews of a user that take part.
    struct NewOfUser
    {
        std::int64_t reviews = 0;
        std::int64_t firstTime = 0;
        std::int64_t lastTime = 0;
        double words = 0;
        double rating = 0;

        void add(const IncomingReview& review);
    };

    void begin();
    void putOffIndices();
    void knowContents();
    void useIndexOf(const std::function<void()>& build);
    void forgetBatch();
    void syncFromNow();
    void noteFigures(const ImportResult& figures);
    [[nodiscard]] std::int64_t userId(const IncomingReview& review);
    [[nodiscard]] std::int64_t findUser(const std::string& name);
    void insertNewUsers();
    [[nodiscard]] std::int64_t itemId(const IncomingReview& review);
    void countNewOfUsers();

    Connection& m_connection;
    UncheckedKeys m_unchecked; ///< users, items, import and source are there before their reviews
    ImportRecord& m_record;
    std::optional<LogCheckpoints> m_checkpoints;
    std::unique_ptr<Transaction> m_transaction;
    std::unique_ptr<Statements> m_statements;
    std::int64_t m_source = 0;          ///< 0: none yet
    std::int64_t m_lastReview = 0;      ///< highest id that any review had
    std::optional<SeenContents> m_seen; ///< while the index by content is put off
    std::int64_t m_itemsAdded = 0;
    std::int64_t m_itemsCompleted = 0;
    std::int64_t m_itemsAddedCommitted = 0;
    std::int64_t m_itemsCompletedCommitted = 0;
    std::vector<bool> m_isCompleted; ///< by id; of item files, which are one batch
    std::int64_t m_rows = 0;
    std::int64_t m_rowsCommitted = 0; ///< by all batches of this import
    std::size_t m_bytes = 0;
    Counts m_counts;
    /// What a batch adds to the figures of a user.
    std::unordered_map<std::int64_t, NewOfUser> m_newOfUser;
    std::vector<std::string> m_newUsers; ///< not yet inserted: their ids end at m_lastUser
    std::int64_t m_lastUser = 0;         ///< highest id that any user had
    bool m_hadUsers;                     ///< before this import, or this part of it
    bool m_hadItems;
    RowsOfNames m_users;
    RowsOfNames m_items;
};

} // namespace nextquill::store
