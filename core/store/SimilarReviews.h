// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"

#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// A review that is like another one.
struct SimilarReview
{
    ReviewRow row;
    double score = 0;    ///< BM25, or cosine: higher is more alike
    double likeness = 0; ///< the score as a share of the one that the review itself has, 0 to 1
};

struct SimilarityQuery
{
    ReviewId review{};
    int limit = 20;
    bool withExcluded = false;
};

/// The reviews most alike in words to one of them, the most alike first: BM25 of the full-text
/// index over the whole project, asked for the review's 24 rarest words (those of title and text
/// that fewest reviews have). Words that 20,000 reviews and more have say little and would cost
/// most; they are asked for only where there are no others.
///
/// Stops   throws Stopped
/// Throws  Error(BadInput) when there is no such review, or it has no words; Error(Storage)
[[nodiscard]] std::vector<SimilarReview>
similarByWords(Project& project, const SimilarityQuery& query, const StopToken& stop);

} // namespace nextquill::store
