// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewChanges.h"

#include "core/store/Totals.h"

namespace nextquill::store {

ReviewChanges::ReviewChanges(Connection& connection)
    : m_connection{connection}
    , m_setExcluded{connection, "UPDATE reviews SET excluded = ? WHERE id = ?"}
    , m_countItem{connection, "UPDATE items SET reviews = reviews + ? WHERE id = ?"}
{
}

void ReviewChanges::setExcluded(const Review& review, bool excluded)
{
    if (review.excluded == excluded) {
        return;
    }
    const std::int64_t sign = excluded ? -1 : 1;
    m_setExcluded.with(excluded, review.id).run();
    m_countItem.with(sign, review.item).run();
    m_totals.reviews += sign;
    m_totals.excluded -= sign;
    m_users.insert(number(review.user));
}

void ReviewChanges::setText(const Review& review, const std::string& text)
{
    Query{m_connection, "INSERT INTO reviews_text (reviews_text, rowid, title, text) "
                        "VALUES ('delete', ?, ?, ?)"}
        .with(review.id, review.title, review.text)
        .run();
    Query{m_connection, "UPDATE reviews SET text = ?, words = ? WHERE id = ?"}
        .with(text, countWords(text), review.id)
        .run();
    Query{m_connection, "INSERT INTO reviews_text (rowid, title, text) VALUES (?, ?, ?)"}
        .with(review.id, review.title, text)
        .run();
    m_users.insert(number(review.user));
}

void ReviewChanges::setTitle(const Review& review, const std::string& title)
{
    Query{m_connection, "INSERT INTO reviews_text (reviews_text, rowid, title, text) "
                        "VALUES ('delete', ?, ?, ?)"}
        .with(review.id, review.title, review.text)
        .run();
    Query{m_connection, "UPDATE reviews SET title = ? WHERE id = ?"}.with(title, review.id).run();
    Query{m_connection, "INSERT INTO reviews_text (rowid, title, text) VALUES (?, ?, ?)"}
        .with(review.id, title, review.text)
        .run();
}

void ReviewChanges::finish()
{
    refreshUsers(m_connection, m_users);
    addToTotals(m_connection, m_totals);
}

std::int64_t addStep(Connection& connection, const std::string& what)
{
    Query{connection, "DELETE FROM steps WHERE undone = 1"}.run();
    return Query{connection, "INSERT INTO steps (what, time) VALUES (?, ?)"}
        .with(what, now())
        .insert();
}

void addChange(Connection& connection, std::int64_t step, ReviewId review, const char* field,
               const std::string& before, const std::string& after)
{
    Query{connection, "INSERT OR IGNORE INTO step_changes VALUES (?, ?, ?, ?, ?)"}
        .with(step, review, field, before, after)
        .run();
}

} // namespace nextquill::store
