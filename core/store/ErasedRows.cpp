// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ErasedRows.h"

#include "core/store/Connection.h"
#include "core/store/ErasedMentions.h"
#include "core/store/ErasureFiles.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Project.h"
#include "core/store/TextPrints.h"
#include "core/store/Totals.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

namespace nextquill::store {

namespace {

std::vector<std::int64_t> idsFrom(Connection& connection, const std::string& statement,
                                  std::int64_t user)
{
    Query query{connection, statement};
    query.with(user);
    std::vector<std::int64_t> ids;
    while (query.next()) {
        ids.push_back(query.integer(0));
    }
    return ids;
}

std::vector<std::string> namesFrom(Connection& connection, const std::string& statement,
                                   std::int64_t user)
{
    Query query{connection, statement};
    query.with(user);
    std::vector<std::string> names;
    while (query.next()) {
        names.push_back(query.text(0));
    }
    return names;
}

std::string splitsOfUser(int frozen)
{
    return fmt::format("SELECT name FROM splits s WHERE frozen = {} AND EXISTS (SELECT 1 FROM "
                       "split_examples e JOIN reviews r ON r.id = e.review_id WHERE "
                       "e.split_id = s.id AND r.user_id = ?) ORDER BY id",
                       frozen);
}

/// The user's own, and those of users who were merged into this one.
std::vector<std::string> namesOf(Connection& connection, std::int64_t user, const std::string& name)
{
    std::vector<std::string> names =
        namesFrom(connection, "SELECT name FROM users WHERE merged_into = ? ORDER BY id", user);
    names.insert(names.begin(), name);
    return names;
}

} // namespace

ErasedRows::ErasedRows(Project& project, UserId user, const std::string& name)
    : m_project{project}
    , m_user{number(user)}
    , m_names{namesOf(project.connection(), m_user, name)}
    , m_reviews{idsFrom(project.connection(),
                        "SELECT id FROM reviews WHERE user_id = ? ORDER BY id", m_user)}
    , m_items{idsFrom(project.connection(),
                      "SELECT DISTINCT item_id FROM reviews WHERE user_id = ? ORDER BY item_id",
                      m_user)}
{
}

void ErasedRows::findUses(Erasure& erasure) const
{
    Connection& connection = m_project.connection();
    erasure.splits = namesFrom(connection, splitsOfUser(0), m_user);
    erasure.frozenSplits = namesFrom(connection, splitsOfUser(1), m_user);
    for (const std::string& split : erasure.frozenSplits) {
        Query query{connection, "SELECT name FROM runs WHERE split = ? AND state <> 'waiting' "
                                "ORDER BY id"};
        query.with(split);
        while (query.next()) {
            erasure.runs.push_back(query.text(0));
        }
    }
}

std::vector<std::string> ErasedRows::texts() const
{
    std::vector<std::string> texts = m_names;
    Query query{m_project.connection(),
                "SELECT title FROM texts WHERE id IN (SELECT id FROM reviews WHERE user_id = ?1) "
                "UNION ALL SELECT text FROM texts WHERE "
                "id IN (SELECT id FROM reviews WHERE user_id = ?1) "
                "UNION ALL SELECT before FROM step_changes WHERE field IN ('text', 'title') AND "
                "review_id IN (SELECT id FROM reviews WHERE user_id = ?1) "
                "UNION ALL SELECT after FROM step_changes WHERE field IN ('text', 'title') AND "
                "review_id IN (SELECT id FROM reviews WHERE user_id = ?1)"};
    query.with(m_user);
    while (query.next()) {
        texts.push_back(query.text(0));
    }
    return texts;
}

/// They are figures without words: only their review tells whose they are, so they go before it.
std::int64_t ErasedRows::takeEffects()
{
    return Query{m_project.connection(), "DELETE FROM effects WHERE review_id IN "
                                         "(SELECT id FROM reviews WHERE user_id = ?)"}
        .with(m_user)
        .run();
}

void ErasedRows::takeReviews(Erasure& erasure)
{
    Connection& connection = m_project.connection();
    const std::string ofUser = "(SELECT id FROM reviews WHERE user_id = ?)";
    erasure.changes = Query{connection, "DELETE FROM step_changes WHERE review_id IN " + ofUser}
                          .with(m_user)
                          .run();
    // What a merge that was taken back would do again has lost one of its users.
    Query{connection, "DELETE FROM step_changes WHERE field = 'user' AND (before = ?1 OR "
                      "after = ?1)"}
        .with(std::to_string(m_user))
        .run();
    Query{connection, "DELETE FROM steps WHERE id NOT IN (SELECT step_id FROM step_changes)"}.run();
    Query{connection, "DELETE FROM split_examples WHERE review_id IN " + ofUser}.with(m_user).run();
    for (const char* const part : {"train", "validation", "test"}) {
        const int number = *part == 't' && part[1] == 'r' ? 0 : *part == 'v' ? 1 : 2;
        Query{connection, fmt::format("UPDATE splits SET {} = (SELECT count(*) FROM split_examples "
                                      "WHERE split_id = splits.id AND part = {})",
                                      part, number)}
            .run();
    }
    Counts counts{.users = -1};
    Query review{connection, "SELECT x.title, x.text, r.excluded FROM reviews r "
                             "JOIN texts x ON x.id = r.id WHERE r.id = ?"};
    FullTextIndex index{connection};
    for (const std::int64_t id : m_reviews) {
        if (review.with(id).next()) {
            index.remove(id, review.text(0), review.text(1));
            const std::int64_t state = review.integer(2);
            --(state == 0 ? counts.reviews : state == 1 ? counts.excluded : counts.deleted);
        }
    }
    erasure.reviews = Query{connection, "DELETE FROM reviews WHERE user_id = ?"}.with(m_user).run();
    Query{connection, "DELETE FROM users WHERE id = ?1 OR merged_into = ?1"}.with(m_user).run();
    Query{connection, "UPDATE tags SET reviews = (SELECT count(*) FROM review_tags WHERE "
                      "tag_id = tags.id)"}
        .run();
    Query{connection, "UPDATE steps SET changes = (SELECT count(*) FROM step_changes WHERE "
                      "step_id = steps.id)"}
        .run();
    addToTotals(connection, counts);
}

/// Items that nobody else wrote about go, too: with some formats they are the user's own words.
void ErasedRows::takeItems(Erasure& erasure, std::vector<std::string>& texts)
{
    Connection& connection = m_project.connection();
    Query alone{connection, "SELECT title, description FROM items WHERE id = ?1 AND NOT EXISTS "
                            "(SELECT 1 FROM reviews WHERE item_id = ?1)"};
    Query remove{connection, "DELETE FROM items WHERE id = ?"};
    Query count{connection, "UPDATE items SET reviews = (SELECT count(*) FROM reviews WHERE "
                            "item_id = ?1 AND excluded = 0) WHERE id = ?1"};
    for (const std::int64_t item : m_items) {
        if (!alone.with(item).next()) {
            count.with(item).run();
            continue;
        }
        texts.push_back(alone.text(0));
        texts.push_back(alone.text(1));
        remove.with(item).run();
        ++erasure.items;
    }
    addToTotals(connection, {.items = -erasure.items});
}

bool ErasedRows::hasAnyName(std::string_view text) const
{
    return std::ranges::any_of(m_names,
                               [&](const std::string& name) { return hasName(text, name); });
}

void ErasedRows::takeRejects(Erasure& erasure, const TextPrints& prints)
{
    Connection& connection = m_project.connection();
    Query query{connection, "SELECT id, text, reason FROM rejects"};
    std::vector<std::int64_t> ids;
    while (query.next()) {
        const std::string text = query.text(1);
        if (hasAnyName(text) || hasAnyName(query.text(2)) || prints.areIn(text)) {
            ids.push_back(query.integer(0));
        }
    }
    Query remove{connection, "DELETE FROM rejects WHERE id = ?"};
    for (const std::int64_t id : ids) {
        remove.with(id).run();
    }
    erasure.rejects = static_cast<std::int64_t>(ids.size());
    addToTotals(connection, {.rejects = -erasure.rejects});
}

void ErasedRows::takeResults(Erasure& erasure, const TextPrints& prints)
{
    const std::set<std::int64_t> reviews{m_reviews.begin(), m_reviews.end()};
    Connection& connection = m_project.connection();
    Query query{connection, "SELECT id, kind, key, value FROM results"};
    std::vector<std::int64_t> ids;
    while (query.next()) {
        // A comparison's key begins with its example; what models wrote in the user's place is in
        // it.
        const std::string key = query.text(2);
        std::int64_t example = 0;
        std::from_chars(key.data(), key.data() + key.size(), example);
        const bool ofUser = query.text(1) == "comparison" && reviews.contains(example);
        const std::string value = query.text(3);
        if (ofUser || prints.areIn(value) || hasAnyName(value)) {
            ids.push_back(query.integer(0));
        }
    }
    Query remove{connection, "DELETE FROM results WHERE id = ?"};
    for (const std::int64_t id : ids) {
        remove.with(id).run();
    }
    erasure.results = static_cast<std::int64_t>(ids.size());
}

/// What others wrote, too, is theirs and stays.
void ErasedRows::leaveOutOthers(TextPrints& prints, const StopToken& stop, Progress& progress) const
{
    Connection& connection = m_project.connection();
    std::int64_t done = 0;
    for (const char* const statement :
         {"SELECT title, text FROM texts", "SELECT title, description FROM items",
          "SELECT name, '' FROM users", "SELECT before, after FROM step_changes",
          "SELECT text, reason FROM rejects"}) {
        Query query{connection, statement};
        while (query.next()) {
            if (++done % 1'000 == 0) {
                stopPoint(stop);
                progress.report({.done = done, .stage = "comparing with the others' texts"});
            }
            prints.leaveOut(query.text(0));
            prints.leaveOut(query.text(1));
        }
    }
}

void ErasedRows::take(Erasure& erasure, const StopToken& stop, Progress& progress)
{
    Connection& connection = m_project.connection();
    progress.report({.done = 0, .total = 1, .stage = "taking the rows out"});
    Transaction transaction{connection};
    std::vector<std::string> all = texts();
    const std::int64_t effects = takeEffects();
    takeReviews(erasure);
    takeItems(erasure, all);
    TextPrints prints{all};
    takeRejects(erasure, prints);
    takeResults(erasure, prints);
    erasure.results += effects;
    maskMentions(connection, m_names); // before: the names are among what is looked for
    erasure.views = takeMentions(connection, prints);
    leaveOutOthers(prints, stop, progress);
    erasure.untraceable = prints.tooShort();
    Query note{connection, "INSERT INTO erasures (started, reviews, untraceable, prints) "
                           "VALUES (?, ?, ?, ?)"};
    note.with(now(), erasure.reviews, erasure.untraceable).bindBlob(prints.toBytes()).run();
    transaction.commit();
    progress.report({.done = 1, .total = 1, .stage = "taking the rows out"});
}

} // namespace nextquill::store
