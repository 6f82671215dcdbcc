// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewSample.h"

#include "core/base/Random.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/ReviewQuery.h"

#include <algorithm>
#include <vector>

namespace nextquill::store {

namespace {

constexpr std::uint64_t streamOfSamples = 21;
constexpr std::int64_t reportEvery = 500;

std::int64_t lastReview(Connection& connection)
{
    Query query{connection, "SELECT max(id) FROM reviews"};
    return query.next() ? query.integer(0) : 0;
}

/// More ids than needed by the share of them that has no review, or an excluded one.
std::vector<std::int64_t> drawnIds(std::int64_t most, std::int64_t reviews, std::int64_t last,
                                   std::uint64_t seed)
{
    const Random random{seed, streamOfSamples};
    const double wanted = static_cast<double>(most) * static_cast<double>(last) /
                          static_cast<double>(std::max<std::int64_t>(reviews, 1));
    const auto count =
        static_cast<std::uint64_t>(std::min(wanted, 4.0 * static_cast<double>(most)));
    std::vector<std::int64_t> ids;
    ids.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        ids.push_back(1 +
                      static_cast<std::int64_t>(random.bits(i) % static_cast<std::uint64_t>(last)));
    }
    std::ranges::sort(ids);
    const auto again = std::ranges::unique(ids);
    ids.erase(again.begin(), again.end());
    return ids;
}

} // namespace

SampleSize forEachSampled(Project& project, std::int64_t most, std::uint64_t seed,
                          const std::string& stage, const std::function<void(const Review&)>& visit,
                          const StopToken& stop, Progress& progress)
{
    Connection& connection = project.connection();
    const std::int64_t reviews = Histories{project}.counts().reviews;
    SampleSize size{.reviews = 0, .of = reviews};
    const auto take = [&](const Query& row) {
        visit(reviewFrom(row));
        if (++size.reviews % reportEvery == 0) {
            progress.report(
                {.done = size.reviews, .total = std::min(most, reviews), .stage = stage});
        }
    };
    if (reviews <= most) {
        Query all{connection, "SELECT " + reviewColumns() +
                                  " FROM reviews r WHERE r.excluded = 0 ORDER BY r.id"};
        while (all.next()) {
            stopPoint(stop);
            take(all);
        }
        return size;
    }
    Query one{connection,
              "SELECT " + reviewColumns() + " FROM reviews r WHERE r.id = ? AND r.excluded = 0"};
    for (const std::int64_t id : drawnIds(most, reviews, lastReview(connection), seed)) {
        stopPoint(stop);
        if (one.with(id); one.next()) {
            take(one);
        }
    }
    return size;
}

} // namespace nextquill::store
