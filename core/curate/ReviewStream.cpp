// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/ReviewStream.h"

#include "core/store/Project.h"

namespace nextquill::curate {

namespace {

constexpr int reviewsOfPage = 500;

} // namespace

void forEachReview(store::Project& project, const std::string& stage,
                   const std::function<void(const store::ReviewRow&)>& visit, const StopToken& stop,
                   Progress& progress)
{
    const store::Histories histories{project};
    const std::int64_t total = histories.counts().reviews;
    store::ReviewFilter filter{.withExcluded = false, .limit = reviewsOfPage};
    std::int64_t done = 0;
    for (auto page = histories.reviews(filter); !page.empty(); page = histories.reviews(filter)) {
        for (const store::ReviewRow& row : page) {
            stopPoint(stop);
            visit(row);
        }
        done += static_cast<std::int64_t>(page.size());
        filter.after = page.back().review.id;
        progress.report({.done = done, .total = total, .stage = stage});
    }
}

} // namespace nextquill::curate
