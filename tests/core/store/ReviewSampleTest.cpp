// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewSample.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace nextquill::store {
namespace {

using testing::TemporaryProject;

std::vector<std::int64_t> sample(TemporaryProject& temporary, std::int64_t most,
                                 std::uint64_t seed = 1)
{
    NoProgress progress;
    std::vector<std::int64_t> ids;
    const SampleSize size = forEachSampled(
        *temporary.project, most, seed, "sampling",
        [&](const Review& review) { ids.push_back(number(review.id)); }, {}, progress);
    EXPECT_EQ(size.reviews, static_cast<std::int64_t>(ids.size()));
    EXPECT_EQ(size.of, Histories{*temporary.project}.counts().reviews);
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
    return ids;
}

TEST(ReviewSample, OfASmallProjectIsTheWhole)
{
    TemporaryProject temporary;
    temporary.import(testing::histories(5, 20));
    EXPECT_EQ(sample(temporary, 100).size(), 100U);
    Histories{*temporary.project}.setExcluded({ReviewId{7}}, true, "one");
    const auto ids = sample(temporary, 100);
    EXPECT_EQ(ids.size(), 99U);
    EXPECT_EQ(std::ranges::count(ids, 7), 0);
}

TEST(ReviewSample, IsDrawnEvenlyAndTheSameForASeed)
{
    TemporaryProject temporary;
    temporary.import(testing::histories(20, 50));
    const auto ids = sample(temporary, 200);
    EXPECT_GT(ids.size(), 150U); // drawn with repetition: 181 are expected
    EXPECT_LE(ids.size(), 200U);
    EXPECT_EQ(ids, sample(temporary, 200));
    EXPECT_NE(ids, sample(temporary, 200, 2));
    const auto firstHalf = std::ranges::count_if(ids, [](std::int64_t id) { return id <= 500; });
    EXPECT_GT(firstHalf, 60);
    EXPECT_LT(firstHalf, 130);
}

TEST(ReviewSample, EndsWhenItIsStopped)
{
    TemporaryProject temporary;
    temporary.import(testing::histories(5, 20));
    std::stop_source stop;
    stop.request_stop();
    NoProgress progress;
    for (const std::int64_t most : {10, 1'000}) {
        EXPECT_THROW(forEachSampled(
                         *temporary.project, most, 1, "sampling", [](const Review&) { FAIL(); },
                         stop.get_token(), progress),
                     Stopped);
    }
}

} // namespace
} // namespace nextquill::store
