// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportBatch.h"

#include "core/store/FullTextIndex.h"
#include "core/store/ReviewIndices.h"
#include "core/store/Totals.h"
#include "core/store/import/DeferredSearch.h"
#include "core/store/import/ImportRollback.h"
#include "core/store/import/IncomingRows.h"
#include "core/store/import/ItemCounts.h"

#include <algorithm>
#include <fmt/format.h>
#include <malloc.h>

namespace nextquill::store {

namespace {

constexpr std::size_t bytesOfBatch = std::size_t{64} << 20;

} // namespace

struct ImportBatch::Statements
{
    Statements(Connection& connection, bool hasContentIndex)
        : findUser{connection, "SELECT id FROM users WHERE name = ?"}
        , findMerged{connection, "SELECT merged_into FROM users WHERE id = ? AND merged_into <> 0"}
        , addUser{connection,
                  "INSERT INTO users (id, name, reviews, first_time, last_time, mean_words, "
                  "mean_rating) VALUES (?1, ?2, ?3, ?4, ?5, ?6 / max(?3, 1), ?7 / max(?3, 1))"}
        , findItem{connection, "SELECT id FROM items WHERE asin = ?"}
        , addItem{connection, "INSERT INTO items (asin) VALUES (?)"}
        , completeItem{connection,
                       "UPDATE items SET title = CASE ?2 WHEN '' THEN title ELSE ?2 END, "
                       "description = CASE ?3 WHEN '' THEN description ELSE ?3 END "
                       "WHERE asin = ?1 AND ((?2 <> '' AND title <> ?2) OR "
                       "(?3 <> '' AND description <> ?3))"}
        , fillItem{connection,
                   "UPDATE items SET title = CASE title WHEN '' THEN ?2 ELSE title END, "
                   "description = CASE description WHEN '' THEN ?3 ELSE description END "
                   "WHERE id = ?1 AND id > ?4 AND ((title = '' AND ?2 <> '') OR "
                   "(description = '' AND ?3 <> ''))"}
        , rows{connection, hasContentIndex}
        , index{connection}
        , reject{connection, "INSERT INTO rejects (import_id, file, line, byte, reason, text, "
                             "source_id) VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0))"}
        , items{connection}
        , countUser{connection,
                    "UPDATE users SET reviews = reviews + ?2, "
                    "first_time = CASE reviews WHEN 0 THEN ?3 ELSE min(first_time, ?3) END, "
                    "last_time = CASE reviews WHEN 0 THEN ?4 ELSE max(last_time, ?4) END, "
                    "mean_words = (mean_words * reviews + ?5) / (reviews + ?2), "
                    "mean_rating = (mean_rating * reviews + ?6) / (reviews + ?2) WHERE id = ?1"}
    {
    }

    Query findUser;
    Query findMerged;
    Query addUser;
    Query findItem;
    Query addItem;
    Query completeItem;
    Query fillItem;
    IncomingRows rows;
    FullTextIndex index;
    Query reject;
    ItemCounts items;
    Query countUser;
};

namespace {

/// In order, so that rows are written one beside the other.
template<class Value>
std::vector<std::int64_t> idsOf(const std::unordered_map<std::int64_t, Value>& values)
{
    std::vector<std::int64_t> ids;
    ids.reserve(values.size());
    for (const auto& [id, value] : values) {
        ids.push_back(id);
    }
    std::ranges::sort(ids);
    return ids;
}

bool hasRows(Connection& connection, std::string_view table)
{
    Query query{connection, fmt::format("SELECT 1 FROM {} LIMIT 1", table)};
    return query.next();
}

/// The id that the statement gives, or 0.
std::int64_t idFrom(Query& query)
{
    const std::int64_t id = query.next() ? query.integer(0) : 0;
    query.run();
    return id;
}

} // namespace

ImportBatch::ImportBatch(Connection& connection, ImportRecord& record, std::int64_t bytes)
    : m_connection{connection}
    , m_unchecked{connection}
    , m_record{record}
    , m_itemsAdded{record.figures.items}
    , m_itemsCompleted{record.figures.itemsCompleted}
    , m_itemsAddedCommitted{record.figures.items}
    , m_itemsCompletedCommitted{record.figures.itemsCompleted}
    , m_rowsCommitted{record.figures.kept}
    , m_hadUsers{hasRows(connection, "users")}
    , m_hadItems{hasRows(connection, "items")}
{
    m_connection.syncEveryCommit(false);
    m_checkpoints.emplace(connection);
    const bool fills = isSmallBeside(connection, bytes);
    if (!fills) {
        NoProgress quiet;
        buildReviewIndices(connection, quiet); // an import that failed left them out
        if (storedReviews(connection) >= record.settings.digestsInMemory) {
            buildContentIndex(connection);
        }
    }
    begin();
    tuneIndexForBulk(m_connection, true);
    if (record.id == ImportId{}) {
        addImport(connection, record);
        deferSearch(connection, bytes, record.settings.leavesSearchOut);
    }
    if (fills) {
        putOffIndices();
    }
    knowContents();
    m_statements = std::make_unique<Statements>(connection, !m_seen);
    record.state = "running";
    record.finished = 0;
    commit(record.figures);
}

ImportBatch::~ImportBatch()
{
    m_transaction.reset();
    m_statements.reset();
    m_connection.cachePages(PageCache::Usual);
    syncFromNow();
}

/// The next commit brings those of before to the disk, too.
void ImportBatch::syncFromNow()
{
    m_checkpoints.reset();
    m_connection.syncEveryCommit(true);
}

void ImportBatch::begin()
{
    if (!m_transaction) {
        m_transaction = std::make_unique<Transaction>(m_connection);
        Query last{m_connection, "SELECT last_review FROM totals"};
        m_lastReview = last.next() ? last.integer(0) : 0;
        Query user{m_connection, "SELECT seq FROM sqlite_sequence WHERE name = 'users'"};
        m_lastUser = user.next() ? user.integer(0) : 0;
    }
}

/// Within the first transaction.
void ImportBatch::putOffIndices()
{
    takeOutReviewIndices(m_connection,
                         storedReviews(m_connection) < m_record.settings.digestsInMemory);
}

/// Within the first transaction.
void ImportBatch::knowContents()
{
    if (hasIndex(m_connection, "reviews_by_content")) {
        return;
    }
    m_connection.cachePages(PageCache::Small); // rows are only added; the digests take their share
    m_seen.emplace();
    Query contents{m_connection, "SELECT content FROM reviews"};
    while (contents.next()) {
        m_seen->add(contents.text(0));
    }
}

std::int64_t ImportBatch::userId(const IncomingReview& review)
{
    std::int64_t& known = m_users.at(review.userNumber);
    if (known == 0 && (m_hadUsers || !m_users.knowsAll())) {
        known = findUser(review.user);
    }
    if (known == 0) {
        m_newUsers.push_back(review.user);
        known = ++m_lastUser;
        ++m_counts.users;
    }
    return known;
}

/// 0: there is none.
std::int64_t ImportBatch::findUser(const std::string& name)
{
    insertNewUsers();
    std::int64_t id = idFrom(m_statements->findUser.with(name));
    // Whoever was merged into another one: what is new is the other one's, too.
    for (std::int64_t other = id; other != 0; other = idFrom(m_statements->findMerged.with(id))) {
        id = other;
    }
    return id;
}

/// With the figures that they have so far.
void ImportBatch::insertNewUsers()
{
    std::int64_t id = m_lastUser - std::ssize(m_newUsers);
    for (const std::string& name : m_newUsers) {
        const auto figures = m_newOfUser.extract(++id);
        const NewOfUser added = figures.empty() ? NewOfUser{} : figures.mapped();
        m_statements->addUser
            .with(id, name, added.reviews, added.firstTime, added.lastTime, added.words,
                  added.rating)
            .run();
    }
    m_newUsers.clear();
}

std::int64_t ImportBatch::itemId(const IncomingReview& review)
{
    std::int64_t& known = m_items.at(review.itemNumber);
    if (known == 0 && (m_hadItems || !m_items.knowsAll())) {
        known = idFrom(m_statements->findItem.with(review.item.asin));
    }
    if (known == 0) {
        known = m_statements->addItem.with(review.item.asin).insert();
        ++m_counts.items;
        ++m_itemsAdded;
    }
    return known;
}

void ImportBatch::beginSource(SourceStanding& source)
{
    begin();
    if (source.row == 0) {
        source.row = addSource(m_connection, m_record.id, source);
    }
    m_source = source.row;
}

void ImportBatch::endSource(SourceStanding& source, const std::string& digest)
{
    begin();
    source.isComplete = true;
    noteStanding(m_connection, source);
    Query{m_connection, "UPDATE sources SET digest = ? WHERE id = ?"}
        .with(digest, source.row)
        .run();
}

void ImportBatch::expect(const IncomingReview& review) const
{
    if (m_seen) {
        m_seen->expect(review.content);
    }
}

bool ImportBatch::add(const IncomingReview& review)
{
    begin();
    // What is there already names this user and this item: none of them is new then.
    if (m_seen && !m_seen->add(review.content)) {
        return false;
    }
    const std::int64_t user = userId(review);
    const std::int64_t item = itemId(review);
    const std::int64_t id = m_lastReview + 1;
    m_statements->rows.add({.id = id,
                            .user = user,
                            .item = item,
                            .import = static_cast<std::int64_t>(m_record.id),
                            .source = m_source,
                            .review = &review});
    if (!m_seen && !m_statements->rows.insert()) {
        return false;
    }
    m_lastReview = id;
    m_statements->index.add(id, review.title, review.text);
    if (!review.item.title.empty() || !review.item.description.empty()) {
        m_statements->fillItem
            .with(item, review.item.title, review.item.description, m_record.firstItem)
            .run();
    }
    if (!review.excluded) {
        m_statements->items.add(item);
        m_newOfUser[user].add(review);
    }
    ++(review.excluded ? m_counts.excluded : m_counts.reviews);
    ++m_rows;
    m_bytes += review.text.size() + review.title.size();
    return true;
}

void ImportBatch::writeAdded()
{
    m_statements->rows.insert();
}

void ImportBatch::NewOfUser::add(const IncomingReview& review)
{
    firstTime = reviews == 0 ? review.time : std::min(firstTime, review.time);
    lastTime = reviews == 0 ? review.time : std::max(lastTime, review.time);
    words += static_cast<double>(review.words);
    rating += review.rating;
    ++reviews;
}

void ImportBatch::addReject(const Reject& reject)
{
    begin();
    m_statements->reject
        .with(m_record.id, reject.file, reject.line, reject.byte, reject.reason, reject.text,
              m_source)
        .run();
    ++m_counts.rejects;
    ++m_rows;
    m_bytes += reject.text.size();
}

void ImportBatch::changeReject(std::int64_t row, const std::string& reason)
{
    begin();
    Query{m_connection, "UPDATE rejects SET reason = ? WHERE id = ?"}.with(reason, row).run();
    ++m_rows;
}

void ImportBatch::removeReject(std::int64_t row)
{
    begin();
    m_counts.rejects -= Query{m_connection, "DELETE FROM rejects WHERE id = ?"}.with(row).run();
    ++m_rows;
}

bool ImportBatch::completeItem(const IncomingItem& item)
{
    begin();
    const int changed =
        m_statements->completeItem.with(item.asin, item.title, item.description).run();
    if (changed > 0) {
        const auto id = static_cast<std::size_t>(idFrom(m_statements->findItem.with(item.asin)));
        m_isCompleted.resize(std::max(m_isCompleted.size(), id + 1));
        m_itemsCompleted += m_isCompleted[id] ? 0 : 1;
        m_isCompleted[id] = true;
    }
    return changed > 0;
}

bool ImportBatch::isFull() const
{
    return m_rows >= std::clamp(m_rowsCommitted / 4, rowsOfBatch, mostRowsOfBatch) ||
           m_bytes >= bytesOfBatch;
}

void ImportBatch::noteFigures(const ImportResult& figures)
{
    m_record.figures = figures;
    m_record.figures.items = m_itemsAdded;
    m_record.figures.itemsCompleted = m_itemsCompleted;
    store::noteFigures(m_connection, m_record);
}

void ImportBatch::countNewOfUsers()
{
    for (const std::int64_t user : idsOf(m_newOfUser)) {
        const NewOfUser& added = m_newOfUser.at(user);
        m_statements->countUser
            .with(user, added.reviews, added.firstTime, added.lastTime, added.words, added.rating)
            .run();
    }
}

void ImportBatch::commit(const ImportResult& figures, const SourceStanding* source)
{
    begin();
    writeAdded();
    insertNewUsers();
    countNewOfUsers();
    m_statements->items.write();
    addToTotals(m_connection, m_counts);
    Query{m_connection, "UPDATE totals SET last_review = ?"}.with(m_lastReview).run();
    noteFigures(figures);
    if (source != nullptr) {
        noteStanding(m_connection, *source);
    }
    m_transaction->commit();
    m_transaction.reset();
    m_rowsCommitted += m_rows;
    m_itemsAddedCommitted = m_itemsAdded;
    m_itemsCompletedCommitted = m_itemsCompleted;
    forgetBatch();
}

void ImportBatch::boundDigests(Progress& progress)
{
    if (m_seen && m_seen->size() >= m_record.settings.digestsInMemory) {
        progress.report({.stage = "indexing reviews"});
        useIndexOf([this] { buildContentIndex(m_connection); });
    }
}

/// Statements of before do not ask it.
void ImportBatch::useIndexOf(const std::function<void()>& build)
{
    m_seen.reset();
    m_statements.reset();
    ::malloc_trim(0); // a sort takes as much memory as the reading did
    build();
    m_statements =
        std::make_unique<Statements>(m_connection, hasIndex(m_connection, "reviews_by_content"));
}

void ImportBatch::dropUnfinished()
{
    m_transaction.reset();
    m_itemsAdded = m_itemsAddedCommitted;
    m_itemsCompleted = m_itemsCompletedCommitted;
    m_isCompleted.clear(); // all item files are one batch
    m_users.forget();      // some of these rows are gone
    m_items.forget();
    forgetBatch();
}

void ImportBatch::forgetBatch()
{
    if (m_statements) {
        m_statements->rows.clear();
        m_statements->items.clear();
    }
    m_newUsers.clear();
    m_newOfUser.clear();
    m_counts = {};
    m_rows = 0;
    m_bytes = 0;
}

void ImportBatch::buildSearch(const StopToken& stop, Progress& progress)
{
    Transaction transaction{m_connection};
    buildDeferredSearch(m_connection, stop, progress);
    transaction.commit();
}

void ImportBatch::buildIndices(Progress& progress)
{
    if (areReviewIndicesOut(m_connection)) {
        useIndexOf([&] { buildReviewIndices(m_connection, progress); });
    }
}

void ImportBatch::finish(const ImportResult& figures)
{
    NoProgress quiet;
    buildIndices(quiet);
    syncFromNow();
    begin();
    tuneIndexForBulk(m_connection, false);
    m_record.state = figures.stopped ? "stopped" : "done";
    m_record.finished = now();
    commit(figures);
}

void ImportBatch::revert()
{
    dropUnfinished();
    syncFromNow();
    NoProgress quiet;
    takeBack(m_connection, m_record, {}, quiet);
}

} // namespace nextquill::store
