// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewChanges.h"

#include "core/store/Totals.h"
#include "core/store/table/DroppedSteps.h"

namespace nextquill::store {

ReviewChanges::ReviewChanges(Connection& connection)
    : m_connection{connection}
    , m_setExcluded{connection, "UPDATE reviews SET excluded = ? WHERE id = ?"}
    , m_countItem{connection, "UPDATE items SET reviews = reviews + ? WHERE id = ?"}
    , m_setTitle{connection, "UPDATE texts SET title = ? WHERE id = ?"}
    , m_setText{connection, "UPDATE texts SET text = ? WHERE id = ?"}
    , m_index{connection}
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

void ReviewChanges::reindex(const Review& review, const std::string& title, const std::string& text)
{
    m_index.remove(number(review.id), review.title, review.text);
    m_index.add(number(review.id), title, text);
    m_users.insert(number(review.user));
}

void ReviewChanges::setText(const Review& review, const std::string& text)
{
    m_setText.with(text, review.id).run();
    Query{m_connection, "UPDATE reviews SET words = ? WHERE id = ?"}
        .with(countWords(text), review.id)
        .run();
    reindex(review, review.title, text);
}

void ReviewChanges::setTitle(const Review& review, const std::string& title)
{
    m_setTitle.with(title, review.id).run();
    reindex(review, title, review.text);
}

void ReviewChanges::setRating(const Review& review, double rating)
{
    Query{m_connection, "UPDATE reviews SET rating = ? WHERE id = ?"}.with(rating, review.id).run();
    m_users.insert(number(review.user));
}

void ReviewChanges::finish()
{
    refreshUsers(m_connection, m_users);
    addToTotals(m_connection, m_totals);
}

std::int64_t addStep(Connection& connection, const std::string& what)
{
    const std::int64_t step = Query{connection, "INSERT INTO steps (what, time) VALUES (?, ?)"}
                                  .with(what, now())
                                  .insert();
    dropUndoneSteps(connection, step);
    return step;
}

void addChange(Connection& connection, std::int64_t step, ReviewId review, const char* field,
               const std::string& before, const std::string& after)
{
    const int added = Query{connection, "INSERT OR IGNORE INTO step_changes VALUES (?, ?, ?, ?, ?)"}
                          .with(step, review, field, before, after)
                          .run();
    Query{connection, "UPDATE steps SET changes = changes + ? WHERE id = ?"}
        .with(added, step)
        .run();
}

} // namespace nextquill::store
