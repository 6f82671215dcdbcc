// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/AffectedRows.h"

#include "core/store/Connection.h"
#include "core/store/Totals.h"

#include <algorithm>

namespace nextquill::store {

namespace {

/// What reading one user's reviews costs more than reading as many in the order of the file.
constexpr std::int64_t costOfUser = 30;
constexpr std::int64_t affectedRowsBetweenReports = 100'000;

struct Figures
{
    std::int64_t reviews = 0;
    std::int64_t firstTime = 0;
    std::int64_t lastTime = 0;
    std::int64_t words = 0;
    double ratings = 0;

    void add(std::int64_t time, std::int64_t ofWords, double rating)
    {
        firstTime = reviews == 0 ? time : std::min(firstTime, time);
        lastTime = reviews == 0 ? time : std::max(lastTime, time);
        words += ofWords;
        ratings += rating;
        ++reviews;
    }

    [[nodiscard]] double mean(double sum) const
    {
        return reviews == 0 ? 0 : sum / static_cast<double>(reviews);
    }
};

void count(Counts& totals, std::int64_t state, std::int64_t change)
{
    (state == 0 ? totals.reviews : state == 1 ? totals.excluded : totals.deleted) += change;
}

std::int64_t oneNumber(Connection& connection, const char* statement)
{
    Query query{connection, statement};
    return query.next() ? query.integer(0) : 0;
}

} // namespace

AffectedRows::AffectedRows(Connection& connection)
    : m_connection{connection}
{
}

void AffectedRows::stateChanges(std::int64_t user, std::int64_t item, std::int64_t before,
                                std::int64_t after)
{
    if (before == after) {
        return;
    }
    count(m_totals, before, -1);
    count(m_totals, after, 1);
    if ((before == 0) != (after == 0)) {
        m_items[item] += after == 0 ? 1 : -1;
        userChanges(user);
    }
}

void AffectedRows::userChanges(std::int64_t user)
{
    const auto at = static_cast<std::size_t>(user);
    if (at >= m_isAffected.size()) {
        m_isAffected.resize(std::max(at + 1, 2 * m_isAffected.size()));
    }
    m_users += m_isAffected[at] ? 0 : 1;
    m_isAffected[at] = true;
}

void AffectedRows::totalsChange(const Counts& change)
{
    m_totals.users += change.users;
}

void AffectedRows::refreshManyUsers(const StopToken& stop, Progress& progress)
{
    std::vector<std::int32_t> place(m_isAffected.size(), -1);
    std::vector<Figures> figures;
    figures.reserve(static_cast<std::size_t>(m_users));
    for (std::size_t user = 0; user < m_isAffected.size(); ++user) {
        if (m_isAffected[user]) {
            place[user] = static_cast<std::int32_t>(figures.size());
            figures.emplace_back();
        }
    }
    Query reviews{m_connection, "SELECT user_id, time, words, rating FROM reviews NOT INDEXED "
                                "WHERE excluded = 0"};
    const std::int64_t total = oneNumber(m_connection, "SELECT reviews FROM totals");
    for (std::int64_t done = 0; reviews.next(); ++done) {
        const auto user = static_cast<std::size_t>(reviews.integer(0));
        if (user < place.size() && place[user] >= 0) {
            figures[static_cast<std::size_t>(place[user])].add(reviews.integer(1),
                                                               reviews.integer(2), reviews.real(3));
        }
        if (done % affectedRowsBetweenReports == 0) {
            stopPoint(stop);
            progress.report({.done = done, .total = total, .stage = "counting anew"});
        }
    }
    Query update{m_connection, "UPDATE users SET reviews = ?1, first_time = ?2, last_time = ?3, "
                               "mean_words = ?4, mean_rating = ?5 WHERE id = ?6"};
    for (std::size_t user = 0; user < place.size(); ++user) {
        if (place[user] >= 0) {
            const Figures& f = figures[static_cast<std::size_t>(place[user])];
            update
                .with(f.reviews, f.firstTime, f.lastTime, f.mean(static_cast<double>(f.words)),
                      f.mean(f.ratings), static_cast<std::int64_t>(user))
                .run();
        }
    }
}

void AffectedRows::bringUpToDate(const StopToken& stop, Progress& progress)
{
    addToTotals(m_connection, m_totals);
    std::vector<std::pair<std::int64_t, std::int64_t>> items{m_items.begin(), m_items.end()};
    std::ranges::sort(items);
    Query countItem{m_connection, "UPDATE items SET reviews = reviews + ? WHERE id = ?"};
    for (const auto& [item, change] : items) {
        if (change != 0) {
            countItem.with(change, item).run();
        }
    }
    if (m_users * costOfUser > oneNumber(m_connection, "SELECT reviews + excluded FROM totals")) {
        refreshManyUsers(stop, progress);
        return;
    }
    std::set<std::int64_t> users;
    for (std::size_t user = 0; user < m_isAffected.size(); ++user) {
        if (m_isAffected[user]) {
            users.insert(static_cast<std::int64_t>(user));
        }
    }
    refreshUsers(m_connection, users);
}

} // namespace nextquill::store
