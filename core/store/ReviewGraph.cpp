// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewGraph.h"

#include "core/store/Connection.h"
#include "core/store/ReviewIndices.h"

#include <algorithm>
#include <utility>

namespace nextquill::store {

namespace {

/// Reviews of each user or item, by its number.
std::vector<std::int64_t> degrees(const std::vector<std::int32_t>& ends, std::size_t count,
                                  const ReviewSubset& subset)
{
    std::vector<std::int64_t> degrees(count);
    for (std::size_t i = 0; i < ends.size(); ++i) {
        degrees[static_cast<std::size_t>(ends[i])] += subset[i] ? 1 : 0;
    }
    return degrees;
}

std::int64_t countNotZero(const std::vector<std::int64_t>& degrees)
{
    return std::ranges::count_if(degrees, [](std::int64_t degree) { return degree > 0; });
}

/// Takes out reviews whose end has a degree below `least`; returns how many it took.
std::int64_t dropBelow(const std::vector<std::int32_t>& ends,
                       const std::vector<std::int64_t>& degrees, ReviewSubset& subset,
                       std::int64_t least)
{
    std::int64_t dropped = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (subset[i] && degrees[static_cast<std::size_t>(ends[i])] < least) {
            subset[i] = false;
            ++dropped;
        }
    }
    return dropped;
}

void loadUsers(Connection& connection, ReviewGraph& graph)
{
    std::vector<std::pair<std::int64_t, std::int32_t>> rows;
    const ReviewsOut out{connection};
    Query query{connection, "SELECT id, user_id FROM reviews ORDER BY user_id, time, id"};
    while (query.next()) {
        if (out.has(query.integer(0))) {
            continue;
        }
        if (graph.userIds.empty() || graph.userIds.back() != query.integer(1)) {
            graph.userIds.push_back(query.integer(1));
        }
        rows.emplace_back(query.integer(0), static_cast<std::int32_t>(graph.userIds.size() - 1));
    }
    std::ranges::sort(rows);
    graph.ids.reserve(rows.size());
    graph.users.reserve(rows.size());
    for (const auto& [id, user] : rows) {
        graph.ids.push_back(id);
        graph.users.push_back(user);
    }
}

void loadItems(Connection& connection, ReviewGraph& graph)
{
    graph.items.assign(graph.size(), 0);
    Query query{connection, "SELECT id, item_id FROM reviews" +
                                indexedBy(connection, "reviews_by_item") + " ORDER BY item_id, id"};
    bool isFirst = true;
    std::int64_t last = 0;
    while (query.next()) {
        const std::size_t at = graph.indexOf(query.integer(0));
        if (at == graph.size()) {
            continue; // excluded
        }
        if (isFirst || query.integer(1) != last) {
            isFirst = false;
            last = query.integer(1);
            ++graph.itemCount;
        }
        graph.items[at] = graph.itemCount - 1;
    }
}

} // namespace

std::size_t ReviewGraph::indexOf(std::int64_t review) const
{
    const auto found = std::ranges::lower_bound(ids, review);
    return found != ids.end() && *found == review
               ? static_cast<std::size_t>(std::distance(ids.begin(), found))
               : ids.size();
}

ReviewsOut::ReviewsOut(Connection& connection)
{
    Query query{connection, "SELECT id FROM reviews WHERE excluded > 0 ORDER BY id"};
    while (query.next()) {
        m_ids.push_back(query.integer(0));
    }
}

bool ReviewsOut::has(std::int64_t review) const
{
    return std::ranges::binary_search(m_ids, review);
}

ReviewGraph loadReviewGraph(Connection& connection)
{
    ReviewGraph graph;
    loadUsers(connection, graph);
    loadItems(connection, graph);
    return graph;
}

SubsetCounts countsOf(const ReviewGraph& graph, const ReviewSubset& subset)
{
    return {.reviews = std::ranges::count(subset, true),
            .users = countNotZero(degrees(graph.users, graph.userIds.size(), subset)),
            .items = countNotZero(
                degrees(graph.items, static_cast<std::size_t>(graph.itemCount), subset))};
}

void keepUsersWith(const ReviewGraph& graph, ReviewSubset& subset, std::int64_t least)
{
    dropBelow(graph.users, degrees(graph.users, graph.userIds.size(), subset), subset, least);
}

void keepItemsWith(const ReviewGraph& graph, ReviewSubset& subset, std::int64_t least)
{
    std::vector<std::pair<std::int32_t, std::int32_t>> pairs; // item, user
    for (std::size_t i = 0; i < graph.size(); ++i) {
        if (subset[i]) {
            pairs.emplace_back(graph.items[i], graph.users[i]);
        }
    }
    std::ranges::sort(pairs);
    const auto rest = std::ranges::unique(pairs);
    pairs.erase(rest.begin(), rest.end());
    std::vector<std::int64_t> users(static_cast<std::size_t>(graph.itemCount));
    for (const auto& [item, user] : pairs) {
        ++users[static_cast<std::size_t>(item)];
    }
    dropBelow(graph.items, users, subset, least);
}

void keepCore(const ReviewGraph& graph, ReviewSubset& subset, std::int64_t least,
              const StopToken& stop)
{
    std::int64_t dropped = 1;
    while (dropped > 0) { // each round takes some, or it is the last
        stopPoint(stop);
        dropped = dropBelow(graph.users, degrees(graph.users, graph.userIds.size(), subset), subset,
                            least);
        stopPoint(stop);
        dropped += dropBelow(
            graph.items, degrees(graph.items, static_cast<std::size_t>(graph.itemCount), subset),
            subset, least);
    }
}

} // namespace nextquill::store
