// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/SimilarReviews.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace nextquill::workflow {

struct SimilarByMeaning
{
    std::vector<store::SimilarReview> reviews; ///< the most alike first; score and likeness: cosine
    std::int64_t compared = 0;                 ///< reviews that it was compared with
    std::int64_t total = 0;                    ///< reviews that there are
};

/// The reviews most alike in meaning to one of them: cosine of an encoder's embeddings of title and
/// text. In a project of more than `mostCompared` reviews it is compared with the so many that are
/// most alike in words; `compared` says so.
///
/// Stops   throws Stopped within the time of one text
/// Throws  what TextEncoder::load and similarByWords throw
[[nodiscard]] SimilarByMeaning similarByMeaning(store::Project& project,
                                                const store::SimilarityQuery& query,
                                                const std::filesystem::path& encoder,
                                                const StopToken& stop, Progress& progress,
                                                std::int64_t mostCompared = 2'000);

} // namespace nextquill::workflow
