// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewQuery.h"

#include "core/store/Connection.h"
#include "core/store/SearchExpression.h"

namespace nextquill::store {

std::string reviewColumns()
{
    return "r.id, r.user_id, r.item_id, r.rating, (SELECT title FROM texts WHERE id = r.id), "
           "(SELECT text FROM texts WHERE id = r.id), r.time, r.excluded";
}

Review reviewFrom(const Query& query)
{
    return {.id = ReviewId{query.integer(0)},
            .user = UserId{query.integer(1)},
            .item = ItemId{query.integer(2)},
            .rating = query.real(3),
            .title = query.text(4),
            .text = query.text(5),
            .time = query.integer(6),
            .excluded = query.integer(7) != 0};
}

std::string reviewRowColumns()
{
    return reviewColumns() + ", u.name, CASE i.title WHEN '' THEN i.asin ELSE i.title END";
}

std::string reviewRowTables()
{
    return " FROM reviews r JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id";
}

ReviewRow reviewRowFrom(const Query& query)
{
    return {.review = reviewFrom(query),
            .userName = query.text(reviewColumnCount),
            .itemTitle = query.text(reviewColumnCount + 1)};
}

std::string filterConditions(const ReviewFilter& filter)
{
    std::string conditions;
    conditions += filter.user ? " AND r.user_id = ?" : "";
    conditions += filter.item ? " AND r.item_id = ?" : "";
    conditions += filter.minimumRating ? " AND r.rating >= ?" : "";
    conditions += filter.maximumRating ? " AND r.rating <= ?" : "";
    conditions += filter.withExcluded ? " AND r.excluded < 2" : " AND r.excluded = 0";
    return conditions;
}

void bindFilter(Query& query, const ReviewFilter& filter)
{
    if (filter.user) {
        query.bindNext(*filter.user);
    }
    if (filter.item) {
        query.bindNext(*filter.item);
    }
    if (filter.minimumRating) {
        query.bindNext(*filter.minimumRating);
    }
    if (filter.maximumRating) {
        query.bindNext(*filter.maximumRating);
    }
}

std::vector<ReviewRow> reviewRows(Connection& connection, const ReviewFilter& filter)
{
    const std::string search = fullTextQuery(filter.search);
    // A search walks the full-text index by id, so that a page stops where it is full.
    std::string statement = "SELECT " + reviewRowColumns();
    if (search.empty()) {
        statement += reviewRowTables() + " WHERE r.id > ?";
    } else {
        statement += " FROM reviews_text f CROSS JOIN reviews r ON r.id = f.rowid "
                     "JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id "
                     "WHERE f.rowid > ? AND reviews_text MATCH ?";
    }
    statement += filterConditions(filter);
    statement += search.empty() ? " ORDER BY r.id LIMIT ?" : " ORDER BY f.rowid LIMIT ?";

    Query query{connection, statement};
    query.with(filter.after.value_or(ReviewId{0}));
    if (!search.empty()) {
        query.bindNext(search);
    }
    bindFilter(query, filter);
    query.bindNext(filter.limit);
    std::vector<ReviewRow> rows;
    while (query.next()) {
        rows.push_back(reviewRowFrom(query));
    }
    return rows;
}

} // namespace nextquill::store
