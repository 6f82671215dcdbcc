// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportRollback.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Histories.h"
#include "core/store/ReviewIndices.h"
#include "core/store/Totals.h"
#include "core/store/UncheckedKeys.h"
#include "core/store/import/DeferredSearch.h"

#include <fmt/format.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::store {

namespace {

constexpr const char* ofImport = " WHERE id > ?1 AND import_id = ?2";

/// A column of another table that holds ids of reviews.
struct Reference
{
    std::string table;
    std::string column;
    bool goesWithReview = false;
};

std::vector<Reference> referencesToReviews(Connection& connection)
{
    Query query{connection, "SELECT t.name, k.\"from\", k.on_delete = 'CASCADE' FROM "
                            "sqlite_schema t, pragma_foreign_key_list(t.name) k "
                            "WHERE t.type = 'table' AND k.\"table\" = 'reviews'"};
    std::vector<Reference> references;
    while (query.next()) {
        references.push_back({query.text(0), query.text(1), query.integer(2) != 0});
    }
    return references;
}

std::string inWords(const std::string& table)
{
    if (table == "step_changes") {
        return "steps of curation";
    }
    if (table == "split_examples") {
        return "splits";
    }
    return "rows of " + table;
}

void requireUnused(Connection& connection, const ImportRecord& import,
                   const std::vector<Reference>& references)
{
    for (const Reference& reference : references) {
        if (reference.goesWithReview) {
            continue;
        }
        Query query{connection,
                    fmt::format("SELECT 1 FROM \"{0}\" t JOIN reviews r ON r.id = t.\"{1}\" "
                                "WHERE t.\"{1}\" > ?1 AND r.import_id = ?2 LIMIT 1",
                                reference.table, reference.column)};
        if (query.with(import.firstReview, import.id).next()) {
            throw Error{ErrorKind::BadInput,
                        fmt::format("{} use reviews of import {}", inWords(reference.table),
                                    number(import.id)),
                        connection.file(),
                        "undo or remove them first, or exclude the reviews instead"};
        }
    }
}

/// Users and items of its reviews, and what the totals lose.
struct Loss
{
    std::set<std::int64_t> users;
    std::map<std::int64_t, std::int64_t> reviewsOfItem; ///< not excluded
    Counts counts;
    std::int64_t reviews = 0;
    bool isAll = false; ///< no review is from elsewhere
};

Loss lossOf(Connection& connection, const ImportRecord& import)
{
    Loss loss;
    Query users{connection, fmt::format("SELECT DISTINCT user_id FROM reviews{}", ofImport)};
    users.with(import.firstReview, import.id);
    while (users.next()) {
        loss.users.insert(users.integer(0));
    }
    Query items{connection, fmt::format("SELECT item_id, sum(excluded = 0), sum(excluded = 1), "
                                        "sum(excluded = 2) FROM reviews{} GROUP BY item_id",
                                        ofImport)};
    items.with(import.firstReview, import.id);
    while (items.next()) {
        loss.reviewsOfItem[items.integer(0)] = items.integer(1);
        loss.counts.reviews -= items.integer(1);
        loss.counts.excluded -= items.integer(2);
        loss.counts.deleted -= items.integer(3);
        loss.reviews += items.integer(1) + items.integer(2) + items.integer(3);
    }
    loss.isAll = storedReviews(connection) == loss.reviews;
    return loss;
}

void unindex(Connection& connection, const ImportRecord& import, const Loss& loss)
{
    if (!FullTextIndex::isThere(connection)) {
        return;
    }
    if (loss.isAll) {
        connection.execute("INSERT INTO reviews_text (reviews_text) VALUES ('delete-all')");
        return;
    }
    Query{connection, fmt::format("INSERT INTO reviews_text (reviews_text, rowid, title, text) "
                                  "SELECT 'delete', x.id, x.title, x.text FROM texts x JOIN "
                                  "(SELECT id FROM reviews{}) r ON r.id = x.id",
                                  ofImport)}
        .with(import.firstReview, import.id)
        .run();
}

/// Texts, tags and what else is of no use without its review.
void removeWhatGoesWithThem(Connection& connection, const ImportRecord& import,
                            const std::vector<Reference>& references)
{
    for (const Reference& reference : references) {
        if (reference.goesWithReview) {
            Query{connection, fmt::format("DELETE FROM \"{0}\" WHERE \"{1}\" IN "
                                          "(SELECT id FROM reviews{2})",
                                          reference.table, reference.column, ofImport)}
                .with(import.firstReview, import.id)
                .run();
        }
    }
    connection.execute("UPDATE tags SET reviews = (SELECT count(*) FROM review_tags "
                       "WHERE tag_id = tags.id)");
}

void removeRows(Connection& connection, const ImportRecord& import, Loss& loss)
{
    Query{connection, fmt::format("DELETE FROM reviews{}", ofImport)}
        .with(import.firstReview, import.id)
        .run();
    Query gone{connection, "DELETE FROM users WHERE id = ? AND id > ? AND NOT EXISTS "
                           "(SELECT 1 FROM reviews WHERE user_id = users.id)"};
    for (const std::int64_t user : loss.users) {
        loss.counts.users -= gone.with(user, import.firstUser).run();
    }
    Query less{connection, "UPDATE items SET reviews = reviews - ? WHERE id = ?"};
    Query unnamed{connection, "DELETE FROM items WHERE id = ? AND id > ? AND NOT EXISTS "
                              "(SELECT 1 FROM reviews WHERE item_id = items.id)"};
    for (const auto& [item, reviews] : loss.reviewsOfItem) {
        less.with(reviews, item).run();
        loss.counts.items -= unnamed.with(item, import.firstItem).run();
    }
    loss.counts.rejects -=
        Query{connection, "DELETE FROM rejects WHERE import_id = ?"}.with(import.id).run();
    Query{connection, "DELETE FROM sources WHERE import_id = ?"}.with(import.id).run();
    Query{connection, "DELETE FROM imports WHERE id = ?"}.with(import.id).run();
}

} // namespace

std::int64_t takeBack(Connection& connection, const ImportRecord& import, const StopToken& stop,
                      Progress& progress)
{
    buildReviewIndices(connection, progress); // an import that failed left them out
    const UncheckedKeys unchecked{connection};
    Transaction transaction{connection};
    const StopGuard guard{connection, stop};
    progress.report({.stage = "taking an import back"});
    const std::vector<Reference> references = referencesToReviews(connection);
    requireUnused(connection, import, references);
    tuneIndexForBulk(connection, false);
    Loss loss = lossOf(connection, import);
    unindex(connection, import, loss);
    removeWhatGoesWithThem(connection, import, references);
    removeRows(connection, import, loss);
    refreshUsers(connection, loss.users);
    addToTotals(connection, loss.counts);
    buildDeferredSearch(connection, stop, progress);
    transaction.commit();
    return loss.reviews;
}

void tuneIndexForBulk(Connection& connection, bool bulk)
{
    const std::pair<const char*, int> settings[] = {{"hashsize", bulk ? 8 << 20 : 1 << 20},
                                                    {"automerge", bulk ? 16 : 4},
                                                    {"crisismerge", bulk ? 64 : 16}};
    for (const auto& [name, value] : settings) {
        Query{connection, "INSERT INTO reviews_text (reviews_text, rank) VALUES (?, ?)"}
            .with(name, value)
            .run();
    }
}

} // namespace nextquill::store
