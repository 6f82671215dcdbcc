// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/funnel/Funnels.h"

#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/StoredJson.h"
#include "core/store/funnel/FunnelRun.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::size_t longestFunnelName = 80;

FunnelCount leftIn(const ReviewGraph& graph, const ReviewSubset& subset)
{
    const SubsetCounts counts = countsOf(graph, subset);
    return {.reviews = counts.reviews, .users = counts.users, .items = counts.items};
}

/// A graph with what a funnel leaves of it.
struct Reduced
{
    ReviewGraph graph;
    ReviewSubset left;
};

Reduced reduced(Project& project, const Funnel& funnel, std::size_t steps, const StopToken& stop,
                Progress& progress, const FunnelSink& sink)
{
    requireSensible(funnel);
    const StopGuard guard{project.connection(), stop};
    progress.report({.done = 0, .total = 0, .stage = "reading users and items"});
    Reduced made{.graph = loadReviewGraph(project.connection()), .left = {}};
    made.left.assign(made.graph.size(), true);
    if (sink) {
        sink(0, leftIn(made.graph, made.left));
    }
    FunnelRun run{project, made.graph, stop, progress};
    for (std::size_t i = 0; i < std::min(steps, funnel.steps.size()); ++i) {
        run.keep(funnel.steps[i], made.left);
        if (sink) {
            sink(i + 1, leftIn(made.graph, made.left));
        }
    }
    return made;
}

Funnel funnelOfRow(const Query& query)
{
    return funnelFrom(storedJson(query.text(0), "funnels"), "funnels");
}

} // namespace

std::vector<Funnel> Funnels::all() const
{
    Query query{m_project.connection(), "SELECT steps FROM funnels ORDER BY name"};
    std::vector<Funnel> funnels;
    while (query.next()) {
        funnels.push_back(funnelOfRow(query));
    }
    return funnels;
}

std::optional<Funnel> Funnels::find(std::string_view name) const
{
    Query query{m_project.connection(), "SELECT steps FROM funnels WHERE name = ?"};
    query.with(name);
    return query.next() ? std::optional{funnelOfRow(query)} : std::nullopt;
}

void Funnels::save(const Funnel& funnel)
{
    requireSensible(funnel);
    if (funnel.name.empty() || funnel.name.size() > longestFunnelName || !isUtf8(funnel.name)) {
        throw Error{ErrorKind::BadInput, "a funnel needs a name of 1 to 80 characters",
                    "funnel " + escapedForDisplay(funnel.name, longestFunnelName),
                    "give it a shorter one"};
    }
    Transaction transaction{m_project.connection()};
    Query{m_project.connection(),
          "INSERT INTO funnels (name, steps, changed) VALUES (?, ?, ?) "
          "ON CONFLICT (name) DO UPDATE SET steps = excluded.steps, changed = excluded.changed"}
        .with(funnel.name, toLine(toJson(funnel)), now())
        .run();
    transaction.commit();
}

void Funnels::remove(std::string_view name)
{
    Transaction transaction{m_project.connection()};
    if (Query{m_project.connection(), "DELETE FROM funnels WHERE name = ?"}.with(name).run() == 0) {
        throw Error{ErrorKind::BadInput, "no funnel is called \"" + std::string{name} + "\"",
                    m_project.file().string(), "see `nextquill data funnel PROJECT`"};
    }
    transaction.commit();
}

std::vector<FunnelCount> Funnels::count(const Funnel& funnel, const FunnelSink& sink,
                                        const StopToken& stop, Progress& progress) const
{
    std::vector<FunnelCount> counts;
    static_cast<void>(reduced(m_project, funnel, funnel.steps.size(), stop, progress,
                              [&](std::size_t steps, const FunnelCount& left) {
                                  counts.push_back(left);
                                  if (sink) {
                                      sink(steps, left);
                                  }
                              }));
    return counts;
}

std::vector<ReviewId> Funnels::left(const Funnel& funnel, std::size_t steps, const StopToken& stop,
                                    Progress& progress) const
{
    const Reduced made = reduced(m_project, funnel, steps, stop, progress, {});
    std::vector<ReviewId> reviews;
    for (std::size_t i = 0; i < made.graph.size(); ++i) {
        if (made.left[i]) {
            reviews.push_back(ReviewId{made.graph.ids[i]});
        }
    }
    return reviews;
}

std::int64_t Funnels::excludeRest(const Funnel& funnel, const StopToken& stop, Progress& progress)
{
    std::vector<ReviewId> rest;
    {
        const Reduced made = reduced(m_project, funnel, funnel.steps.size(), stop, progress, {});
        for (std::size_t i = 0; i < made.graph.size(); ++i) {
            if (!made.left[i]) {
                rest.push_back(ReviewId{made.graph.ids[i]});
            }
        }
    }
    const auto count = static_cast<std::int64_t>(rest.size());
    const StopGuard guard{m_project.connection(), stop};
    Histories{m_project}.setExcluded(
        rest, true,
        fmt::format("Exclude {} outside of {}", counted(count, "review", "reviews"),
                    funnel.name.empty() ? "a funnel" : "the funnel " + funnel.name));
    return count;
}

} // namespace nextquill::store
