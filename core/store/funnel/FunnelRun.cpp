// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/funnel/FunnelRun.h"

#include "core/base/Digest.h"
#include "core/base/Random.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/SplitPlan.h"

#include <algorithm>
#include <tuple>

namespace nextquill::store {

namespace {

void keepBoth(const ReviewSubset& other, ReviewSubset& subset)
{
    for (std::size_t i = 0; i < subset.size(); ++i) {
        subset[i] = subset[i] && other[i];
    }
}

FilterExpression searchFor(const std::string& words)
{
    FilterExpression filter;
    filter.setSearch(words);
    return filter;
}

/// A review on its user's timeline.
struct TimelinePlace
{
    std::size_t at = 0; ///< in the graph
    std::int64_t time = 0;
};

/// Calls `take(places)` for the timeline of each user, what is in the subset alone, by time.
template<typename Take>
void forTimelines(Connection& connection, const ReviewGraph& graph, const ReviewSubset& subset,
                  const Take& take)
{
    Query query{connection, "SELECT id, user_id, time FROM reviews ORDER BY user_id, time, id"};
    std::vector<TimelinePlace> places;
    std::int64_t user = 0;
    while (query.next()) {
        if (query.integer(1) != user) {
            take(places);
            places.clear();
            user = query.integer(1);
        }
        const std::size_t at = graph.indexOf(query.integer(0));
        if (at < graph.size() && subset[at]) {
            places.push_back({.at = at, .time = query.integer(2)});
        }
    }
    take(places);
}

} // namespace

void FunnelRun::keep(const FunnelStep& step, ReviewSubset& subset)
{
    if (!step.isOn) {
        return;
    }
    stopPoint(m_stop);
    m_progress.report({.done = 0, .total = 0, .stage = text(step)});
    switch (step.kind) {
    case FunnelStepKind::Where:
        keepBoth(matching(FilterExpression::parse(TableKind::Reviews, step.text)), subset);
        break;
    case FunnelStepKind::Search:
        keepBoth(matching(searchFor(step.text)), subset);
        break;
    case FunnelStepKind::UserReviews:
        keepUsersWith(m_graph, subset, step.number);
        break;
    case FunnelStepKind::ItemUsers:
        keepItemsWith(m_graph, subset, step.number);
        break;
    case FunnelStepKind::Core:
        keepCore(m_graph, subset, step.number, m_stop);
        break;
    case FunnelStepKind::Newest:
        keepNewest(step.number, subset);
        break;
    case FunnelStepKind::OnePerItem:
        keepOnePerItem(subset);
        break;
    case FunnelStepKind::SampleUsers:
        keepSample(step, subset);
        break;
    }
}

void FunnelRun::keepNewest(std::int64_t most, ReviewSubset& subset)
{
    forTimelines(m_project.connection(), m_graph, subset,
                 [&](const std::vector<TimelinePlace>& places) {
                     const auto kept = static_cast<std::size_t>(most);
                     if (places.size() <= kept) {
                         return;
                     }
                     const std::int64_t from = places[places.size() - kept].time;
                     for (const TimelinePlace& place : places) {
                         if (place.time < from) {
                             subset[place.at] = false;
                         }
                     }
                 });
}

void FunnelRun::keepOnePerItem(ReviewSubset& subset)
{
    Query content{m_project.connection(), "SELECT hex(content) FROM reviews WHERE id = ?"};
    const auto contentOf = [&](const TimelinePlace& place) {
        return content.with(m_graph.ids[place.at]).next() ? content.text(0) : std::string{};
    };
    forTimelines(m_project.connection(), m_graph, subset, [&](std::vector<TimelinePlace> places) {
        std::ranges::stable_sort(places, {}, [&](const TimelinePlace& place) {
            return m_graph.items[place.at]; // by time within an item
        });
        std::size_t kept = 0;
        for (std::size_t i = 1; i < places.size(); ++i) {
            const bool isSameItem = m_graph.items[places[i].at] == m_graph.items[places[kept].at];
            if (!isSameItem) {
                kept = i;
                continue;
            }
            const bool isBefore = places[i].time == places[kept].time &&
                                  contentOf(places[i]) < contentOf(places[kept]);
            subset[places[isBefore ? kept : i].at] = false;
            kept = isBefore ? i : kept;
        }
    });
}

void FunnelRun::keepSample(const FunnelStep& step, ReviewSubset& subset)
{
    std::vector<bool> hasReviews(m_graph.userIds.size(), false);
    for (std::size_t i = 0; i < m_graph.size(); ++i) {
        if (subset[i]) {
            hasReviews[static_cast<std::size_t>(m_graph.users[i])] = true;
        }
    }
    const Random random{step.seed, 0};
    Query names{m_project.connection(), "SELECT name FROM users WHERE id = ?"};
    std::vector<std::tuple<std::uint64_t, std::uint64_t, std::size_t>> lots; // number, key, user
    for (std::size_t user = 0; user < hasReviews.size(); ++user) {
        if (hasReviews[user] && names.with(m_graph.userIds[user]).next()) {
            const std::uint64_t key = drawKey(sha256(names.text(0)));
            lots.emplace_back(random.bits(key), key, user);
        }
    }
    std::ranges::sort(lots);
    std::vector<bool> isDrawn(m_graph.userIds.size(), false);
    const auto drawn = std::min(lots.size(), static_cast<std::size_t>(step.number));
    for (std::size_t i = 0; i < drawn; ++i) {
        isDrawn[std::get<2>(lots[i])] = true;
    }
    for (std::size_t i = 0; i < m_graph.size(); ++i) {
        subset[i] = subset[i] && isDrawn[static_cast<std::size_t>(m_graph.users[i])];
    }
}

} // namespace nextquill::store
