// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/SimilarByMeaning.h"

#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/workflow/Encoders.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::workflow {

namespace {

constexpr int reviewsOfPage = 500;

std::vector<store::SimilarReview> allBut(store::Project& project,
                                         const store::SimilarityQuery& query)
{
    const store::Histories histories{project};
    std::vector<store::SimilarReview> all;
    store::ReviewFilter filter{.withExcluded = query.withExcluded, .limit = reviewsOfPage};
    for (;;) {
        std::vector<store::ReviewRow> page = histories.reviews(filter);
        if (page.empty()) {
            return all;
        }
        filter.after = page.back().review.id;
        for (store::ReviewRow& row : page) {
            if (row.review.id != query.review) {
                all.push_back({.row = std::move(row)});
            }
        }
    }
}

std::string comparedText(const store::Review& review)
{
    return review.title + '\n' + review.text;
}

} // namespace

SimilarByMeaning similarByMeaning(store::Project& project, const store::SimilarityQuery& query,
                                  const std::filesystem::path& encoder, const StopToken& stop,
                                  Progress& progress, std::int64_t mostCompared)
{
    const store::Histories histories{project};
    const auto review = histories.findReview(query.review);
    if (!review) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no review {}", number(query.review)),
                    project.file().string(), "see `nextquill data list`"};
    }
    const auto used = encoderAt(encoder);
    SimilarByMeaning result;
    const store::Counts counts = histories.counts();
    result.total = counts.reviews + (query.withExcluded ? counts.excluded : 0);
    if (result.total <= mostCompared) {
        result.reviews = allBut(project, query);
    } else {
        store::SimilarityQuery wide = query;
        wide.limit = static_cast<int>(mostCompared);
        result.reviews = store::similarByWords(project, wide, stop);
    }
    result.compared = static_cast<std::int64_t>(result.reviews.size());
    const Embedding own = used->embedding(comparedText(*review));
    std::int64_t done = 0;
    for (store::SimilarReview& similar : result.reviews) {
        stopPoint(stop);
        progress.report(
            {.done = done++, .total = result.compared, .stage = "comparing with the encoder"});
        similar.score = cosine(*own, *used->embedding(comparedText(similar.row.review)));
        similar.likeness = std::clamp(similar.score, 0.0, 1.0);
    }
    std::stable_sort(result.reviews.begin(), result.reviews.end(),
                     [](const store::SimilarReview& left, const store::SimilarReview& right) {
                         return left.score > right.score;
                     });
    result.reviews.resize(
        std::min(result.reviews.size(), static_cast<std::size_t>(std::max(query.limit, 0))));
    return result;
}

} // namespace nextquill::workflow
