// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Histories.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/HistoryRule.h"
#include "core/store/Project.h"
#include "core/store/ReviewQuery.h"

#include <fmt/format.h>
#include <limits>

namespace nextquill::store {

namespace {

const std::string userColumns =
    "SELECT id, name, reviews, first_time, last_time, mean_words, mean_rating FROM users ";
const std::string itemColumns = "SELECT id, asin, title, description, reviews FROM items ";

User userFrom(const Query& query)
{
    return {.id = UserId{query.integer(0)},
            .name = query.text(1),
            .reviews = query.integer(2),
            .firstTime = query.integer(3),
            .lastTime = query.integer(4),
            .meanWords = query.real(5),
            .meanRating = query.real(6)};
}

Item itemFrom(const Query& query, int first = 0)
{
    return {.id = ItemId{query.integer(first)},
            .asin = query.text(first + 1),
            .title = query.text(first + 2),
            .description = query.text(first + 3),
            .reviews = query.integer(first + 4)};
}

std::optional<User> oneUser(Query& query)
{
    return query.next() ? std::optional{userFrom(query)} : std::nullopt;
}

std::optional<Item> oneItem(Query& query)
{
    return query.next() ? std::optional{itemFrom(query)} : std::nullopt;
}

/// The part of a page's statement that says what comes after its last row, and in which order.
struct Keyset
{
    const char* after;
    const char* order;
};

Keyset keysetOf(UserOrder order)
{
    switch (order) {
    case UserOrder::Name:
        return {"AND name > ? ", "ORDER BY name "};
    case UserOrder::MostReviews:
        return {"AND (reviews, id) < (?, ?) ", "ORDER BY reviews DESC, id DESC "};
    case UserOrder::NewestFirst:
        break;
    }
    return {"AND (last_time, id) < (?, ?) ", "ORDER BY last_time DESC, id DESC "};
}

void bindAfter(Query& query, UserOrder order, const User& last)
{
    if (order == UserOrder::Name) {
        query.bindNext(last.name);
        return;
    }
    query.bindNext(order == UserOrder::MostReviews ? last.reviews : last.lastTime);
    query.bindNext(last.id);
}

} // namespace

Counts Histories::counts() const
{
    Query query{m_project.connection(),
                "SELECT users, items, reviews, excluded, rejects, deleted FROM totals"};
    if (!query.next()) {
        throw Error{ErrorKind::Storage, "the project's totals are missing",
                    m_project.file().string(), "go back to a backup"};
    }
    return {.users = query.integer(0),
            .items = query.integer(1),
            .reviews = query.integer(2),
            .excluded = query.integer(3),
            .rejects = query.integer(4),
            .deleted = query.integer(5)};
}

std::vector<User> Histories::users(const UserPage& page) const
{
    const Keyset keyset = keysetOf(page.order);
    std::string statement = userColumns + "WHERE reviews >= ? AND merged_into = 0 ";
    if (!page.nameContains.empty()) {
        statement += "AND instr(lower(name), lower(?)) > 0 ";
    }
    if (page.after) {
        statement += keyset.after;
    }
    Query query{m_project.connection(), statement + keyset.order + "LIMIT ?"};
    query.with(page.minimumReviews);
    if (!page.nameContains.empty()) {
        query.bindNext(page.nameContains);
    }
    if (page.after) {
        bindAfter(query, page.order, *page.after);
    }
    query.bindNext(page.limit);
    std::vector<User> users;
    while (query.next()) {
        users.push_back(userFrom(query));
    }
    return users;
}

User Histories::userCalled(std::string_view name) const
{
    if (const auto user = findUser(name)) {
        return *user;
    }
    throw Error{ErrorKind::BadInput,
                fmt::format("no user is called \"{}\"", escapedForDisplay(name)),
                m_project.file().string(), "see `nextquill data list`"};
}

Item Histories::itemWithKey(std::string_view asin) const
{
    if (const auto item = findItem(asin)) {
        return *item;
    }
    throw Error{ErrorKind::BadInput,
                fmt::format("no item has the key \"{}\"", escapedForDisplay(asin)),
                m_project.file().string(), "see `nextquill data list --table items`"};
}

std::optional<User> Histories::findUser(std::string_view name) const
{
    Query query{m_project.connection(), userColumns + "WHERE name = ?"};
    return oneUser(query.with(name));
}

std::optional<User> Histories::findUser(UserId id) const
{
    Query query{m_project.connection(), userColumns + "WHERE id = ?"};
    return oneUser(query.with(id));
}

std::optional<Item> Histories::findItem(ItemId id) const
{
    Query query{m_project.connection(), itemColumns + "WHERE id = ?"};
    return oneItem(query.with(id));
}

std::optional<Item> Histories::findItem(std::string_view asin) const
{
    Query query{m_project.connection(), itemColumns + "WHERE asin = ?"};
    return oneItem(query.with(asin));
}

std::vector<Item> Histories::items(std::optional<ItemId> after, int limit) const
{
    Query query{m_project.connection(), itemColumns + "WHERE id > ? ORDER BY id LIMIT ?"};
    query.with(after.value_or(ItemId{0}), limit);
    std::vector<Item> items;
    while (query.next()) {
        items.push_back(itemFrom(query));
    }
    return items;
}

std::optional<Review> Histories::findReview(ReviewId id) const
{
    Query query{m_project.connection(),
                "SELECT " + reviewColumns() + " FROM reviews r WHERE id = ?"};
    query.with(id);
    return query.next() ? std::optional{reviewFrom(query)} : std::nullopt;
}

std::vector<ReviewRow> Histories::reviews(const ReviewFilter& filter) const
{
    return reviewRows(m_project.connection(), filter);
}

std::vector<ReviewRow> Histories::timeline(UserId user) const
{
    Query query{m_project.connection(), "SELECT " + reviewRowColumns() + reviewRowTables() +
                                            " WHERE r.user_id = ? AND r.excluded < 2 "
                                            "ORDER BY r.time DESC, r.id DESC"};
    query.with(user);
    std::vector<ReviewRow> rows;
    while (query.next()) {
        rows.push_back(reviewRowFrom(query));
    }
    return rows;
}

ExampleData Histories::example(ExampleId id) const
{
    const auto target = findReview(id);
    if (!target) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no review {}", number(id)),
                    m_project.file().string(), "see `nextquill data list`"};
    }
    ExampleData data;
    data.target = *target;
    if (const auto item = findItem(target->item)) {
        data.item = *item;
    }
    if (const auto user = findUser(target->user)) {
        data.userName = user->name;
    }
    addHistory(data);
    return data;
}

ExampleData Histories::unwritten(UserId user, ItemId item) const
{
    const auto knownUser = findUser(user);
    const auto knownItem = findItem(item);
    if (!knownUser || !knownItem) {
        throw Error{ErrorKind::BadInput,
                    knownUser ? fmt::format("there is no item {}", number(item))
                              : fmt::format("there is no user {}", number(user)),
                    m_project.file().string(), "see `nextquill data list`"};
    }
    ExampleData data;
    data.target.user = user;
    data.target.item = item;
    data.target.time = std::numeric_limits<std::int64_t>::max();
    data.item = *knownItem;
    data.userName = knownUser->name;
    addHistory(data);
    return data;
}

void Histories::addHistory(ExampleData& data) const
{
    Query query{m_project.connection(),
                "SELECT " + reviewColumns() +
                    ", i.id, i.asin, i.title, i.description, i.reviews "
                    "FROM reviews r JOIN items i ON i.id = r.item_id WHERE " +
                    historyCondition + " ORDER BY r.time DESC, r.id DESC"};
    query.with(data.target.user, data.target.time);
    while (query.next()) {
        data.history.push_back(reviewFrom(query));
        data.historyItems.push_back(itemFrom(query, reviewColumnCount));
    }
    data.markups = Markups{m_project}.all();
    data.prompting = Templates{m_project}.choice();
}

} // namespace nextquill::store
