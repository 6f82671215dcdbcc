// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportBatch.h"

#include "core/base/Digest.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Totals.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t bytesOfBatch = std::size_t{8} << 20;
constexpr std::size_t mostRemembered = 50'000;
constexpr std::size_t contentDigits = 32; // of SHA-256: 16 bytes

std::int64_t highestId(Connection& connection, const char* table)
{
    Query query{connection, fmt::format("SELECT coalesce(max(id), 0) FROM {}", table)};
    return query.next() ? query.integer(0) : 0;
}

int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/// What makes two reviews the same: user, item, time and text.
std::string contentOf(const IncomingReview& review)
{
    const std::string hex =
        sha256(fmt::format("{}:{}{}:{}{} {}", review.user.size(), review.user,
                           review.item.asin.size(), review.item.asin, review.time, review.text));
    std::string bytes;
    for (std::size_t i = 0; i < contentDigits; i += 2) {
        bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    return bytes;
}

} // namespace

struct ImportBatch::Statements
{
    explicit Statements(Connection& connection)
        : findUser{connection, "SELECT id FROM users WHERE name = ?"}
        , findMerged{connection, "SELECT merged_into FROM users WHERE id = ? AND merged_into <> 0"}
        , addUser{connection, "INSERT INTO users (name) VALUES (?)"}
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
        , find{connection, "SELECT 1 FROM reviews WHERE content = ?"}
        , add{connection, "INSERT INTO reviews (user_id, item_id, import_id, time, rating, words, "
                          "excluded, line, source_id, content) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?)"}
        , addText{connection, "INSERT INTO texts (id, title, text) VALUES (?, ?, ?)"}
        , index{connection}
        , reject{connection, "INSERT INTO rejects (import_id, file, line, byte, reason, text) "
                             "VALUES (?, ?, ?, ?, ?, ?)"}
        , countItem{connection, "UPDATE items SET reviews = reviews + ? WHERE id = ?"}
    {
    }

    Query findUser;
    Query findMerged;
    Query addUser;
    Query findItem;
    Query addItem;
    Query completeItem;
    Query fillItem;
    Query find;
    Query add;
    Query addText;
    FullTextIndex index;
    Query reject;
    Query countItem;
};

namespace {

/// The id that the statement gives, or 0.
std::int64_t idFrom(Query& query)
{
    const std::int64_t id = query.next() ? query.integer(0) : 0;
    query.run();
    return id;
}

} // namespace

ImportBatch::ImportBatch(Connection& connection, const std::string& files)
    : m_connection{connection}
{
    m_connection.syncEveryCommit(false);
    begin();
    tuneForBulk(true);
    m_statements = std::make_unique<Statements>(connection);
    m_lastReview = highestId(connection, "reviews");
    m_lastUser = highestId(connection, "users");
    m_lastItem = highestId(connection, "items");
    m_import = Query{connection, "INSERT INTO imports (files, started) VALUES (?, ?)"}
                   .with(files, now())
                   .insert();
    commit();
}

ImportBatch::~ImportBatch()
{
    m_transaction.reset();
    m_connection.syncEveryCommit(true);
}

/// More of the full-text index is collected in memory and less of it merged while rows stream in.
/// An import that dies leaves these settings; they cost a search little.
void ImportBatch::tuneForBulk(bool bulk)
{
    const std::pair<const char*, int> settings[] = {{"hashsize", bulk ? 8 << 20 : 1 << 20},
                                                    {"automerge", bulk ? 16 : 4},
                                                    {"crisismerge", bulk ? 64 : 16}};
    for (const auto& [name, value] : settings) {
        Query{m_connection, "INSERT INTO reviews_text (reviews_text, rank) VALUES (?, ?)"}
            .with(name, value)
            .run();
    }
}

void ImportBatch::begin()
{
    if (!m_transaction) {
        m_transaction = std::make_unique<Transaction>(m_connection);
    }
}

std::int64_t ImportBatch::userId(const std::string& name)
{
    if (const auto known = m_userIds.find(name); known != m_userIds.end()) {
        return known->second;
    }
    std::int64_t id = idFrom(m_statements->findUser.with(name));
    if (id == 0) {
        id = m_statements->addUser.with(name).insert();
        ++m_counts.users;
    }
    // Whoever was merged into another one: what is new is the other one's, too.
    for (std::int64_t other = id; other != 0; other = idFrom(m_statements->findMerged.with(id))) {
        id = other;
    }
    if (m_userIds.size() >= mostRemembered) {
        m_userIds.clear();
    }
    m_userIds.emplace(name, id);
    return id;
}

std::int64_t ImportBatch::itemId(const IncomingItem& item)
{
    if (const auto known = m_itemIds.find(item.asin); known != m_itemIds.end()) {
        return known->second;
    }
    std::int64_t id = idFrom(m_statements->findItem.with(item.asin));
    if (id == 0) {
        id = m_statements->addItem.with(item.asin).insert();
        ++m_counts.items;
        ++m_itemsAdded;
    }
    if (m_itemIds.size() >= mostRemembered) {
        m_itemIds.clear();
    }
    m_itemIds.emplace(item.asin, id);
    return id;
}

std::int64_t ImportBatch::beginSource(const std::string& file, std::int64_t bytes)
{
    begin();
    m_source = Query{m_connection, "INSERT INTO sources (import_id, file, bytes) VALUES (?, ?, ?)"}
                   .with(m_import, file, bytes)
                   .insert();
    return m_source;
}

void ImportBatch::endSource(std::int64_t source, const std::string& digest)
{
    begin();
    Query{m_connection, "UPDATE sources SET digest = ? WHERE id = ?"}.with(digest, source).run();
}

bool ImportBatch::add(const IncomingReview& review)
{
    begin();
    const std::string content = contentOf(review);
    m_statements->find.with().bindBlob(content);
    if (idFrom(m_statements->find) != 0) {
        return false;
    }
    const std::int64_t user = userId(review.user);
    const std::int64_t item = itemId(review.item);
    m_statements->add.with(user, item, m_import, review.time, review.rating,
                           countWords(review.text), review.excluded, review.line, m_source);
    const std::int64_t id = m_statements->add.bindBlob(content).insert();
    m_statements->addText.with(id, review.title, review.text).run();
    m_statements->index.add(id, review.title, review.text);
    if (!review.item.title.empty() || !review.item.description.empty()) {
        m_statements->fillItem.with(item, review.item.title, review.item.description, m_lastItem)
            .run();
    }
    m_users.insert(user);
    m_newOfItem[item] += review.excluded ? 0 : 1;
    ++(review.excluded ? m_counts.excluded : m_counts.reviews);
    ++m_rows;
    m_bytes += review.text.size() + review.title.size();
    return true;
}

void ImportBatch::addReject(const Reject& reject)
{
    begin();
    m_statements->reject
        .with(m_import, reject.file, reject.line, reject.byte, reject.reason, reject.text)
        .run();
    ++m_counts.rejects;
    ++m_rows;
    m_bytes += reject.text.size();
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

bool ImportBatch::commitIfFull()
{
    const bool full = m_rows >= rowsOfBatch || m_bytes >= bytesOfBatch;
    if (full) {
        commit();
    }
    return full;
}

void ImportBatch::commit()
{
    if (!m_transaction) {
        return;
    }
    refreshUsers(m_connection, m_users);
    for (const auto& [item, added] : m_newOfItem) {
        m_statements->countItem.with(added, item).run();
    }
    addToTotals(m_connection, m_counts);
    m_transaction->commit();
    m_transaction.reset();
    m_itemsAddedCommitted = m_itemsAdded;
    forgetBatch();
}

void ImportBatch::dropUnfinished()
{
    m_transaction.reset();
    m_itemsAdded = m_itemsAddedCommitted;
    m_itemsCompleted = 0; // all of them are one batch
    m_isCompleted.clear();
    m_userIds.clear(); // some of these rows are gone
    m_itemIds.clear();
    forgetBatch();
}

void ImportBatch::forgetBatch()
{
    m_users.clear();
    m_newOfItem.clear();
    m_counts = {};
    m_rows = 0;
    m_bytes = 0;
}

void ImportBatch::finish(const ImportResult& result)
{
    commit();
    m_connection.syncEveryCommit(true); // the commit below brings all of them to the disk
    begin();
    tuneForBulk(false);
    Query{m_connection, "UPDATE imports SET finished = ?, read = ?, kept = ?, rejected = ?, "
                        "duplicates = ? WHERE id = ?"}
        .with(now(), result.read, result.kept, result.rejected, result.duplicates, m_import)
        .run();
    commit();
}

void ImportBatch::revert()
{
    dropUnfinished();
    m_connection.syncEveryCommit(true);
    begin();
    tuneForBulk(false);
    Query touched{m_connection,
                  "SELECT DISTINCT user_id FROM reviews WHERE id > ? AND import_id = ?"};
    touched.with(m_lastReview, m_import);
    while (touched.next()) {
        m_users.insert(touched.integer(0));
    }
    Query items{m_connection, "SELECT item_id, count(*) FROM reviews "
                              "WHERE id > ? AND import_id = ? AND excluded = 0 GROUP BY item_id"};
    items.with(m_lastReview, m_import);
    while (items.next()) {
        m_newOfItem[items.integer(0)] = -items.integer(1);
        m_counts.reviews -= items.integer(1);
    }
    Query excluded{m_connection, "SELECT count(*) FROM reviews "
                                 "WHERE id > ? AND import_id = ? AND excluded = 1"};
    m_counts.excluded -= excluded.with(m_lastReview, m_import).next() ? excluded.integer(0) : 0;
    Query{m_connection, // nothing where the project goes without the index
          "INSERT INTO reviews_text (reviews_text, rowid, title, text) "
          "SELECT 'delete', x.id, x.title, x.text FROM reviews r JOIN texts x ON x.id = r.id "
          "WHERE r.id > ? AND r.import_id = ? AND "
          "NOT EXISTS (SELECT 1 FROM missing_indices WHERE name = 'search')"}
        .with(m_lastReview, m_import)
        .run();
    Query{m_connection, "DELETE FROM reviews WHERE id > ? AND import_id = ?"}
        .with(m_lastReview, m_import)
        .run();
    m_counts.users -= Query{m_connection, "DELETE FROM users WHERE id > ? AND id NOT IN "
                                          "(SELECT user_id FROM reviews)"}
                          .with(m_lastUser)
                          .run();
    m_counts.items -= Query{m_connection, "DELETE FROM items WHERE id > ? AND id NOT IN "
                                          "(SELECT item_id FROM reviews)"}
                          .with(m_lastItem)
                          .run();
    m_counts.rejects -=
        Query{m_connection, "DELETE FROM rejects WHERE import_id = ?"}.with(m_import).run();
    Query{m_connection, "DELETE FROM sources WHERE import_id = ?"}.with(m_import).run();
    Query{m_connection, "DELETE FROM imports WHERE id = ?"}.with(m_import).run();
    commit();
}

} // namespace nextquill::store
