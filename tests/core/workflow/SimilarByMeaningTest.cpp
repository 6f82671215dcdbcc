// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/SimilarByMeaning.h"

#include "core/base/Error.h"
#include "core/workflow/Encoders.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stop_token>

namespace nextquill::workflow {
namespace {

using nextquill::testing::reviewLine;

class SimilarByMeaningTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        m_temporary.import(
            reviewLine("ann", "i", 1, "the cat sat on the mat") +
            reviewLine("ben", "i", 2, "the dog ran over the hill") +
            reviewLine("cat", "i", 3, "the cat sat on the mat again") +
            reviewLine("dan", "i", 4, "nothing of the kind, and at greater length than others"));
    }

    SimilarByMeaning find(std::int64_t mostCompared = 2'000, int limit = 20)
    {
        return similarByMeaning(*m_temporary.project, {.review = ReviewId{1}, .limit = limit},
                                m_encoder, m_stop.get_token(), m_quiet, mostCompared);
    }

    const std::filesystem::path m_encoder =
        std::filesystem::path{SOURCE_ROOT} / "tests/core/model/data/tiny-bert";
    nextquill::testing::TemporaryProject m_temporary;
    std::stop_source m_stop;
    NoProgress m_quiet;
};

TEST_F(SimilarByMeaningTest, OrdersAllOthersByTheCosineOfTheirEmbeddings)
{
    const SimilarByMeaning found = find();
    EXPECT_EQ(found.compared, 3);
    EXPECT_EQ(found.total, 4);
    ASSERT_EQ(found.reviews.size(), 3U);
    const auto encoder = encoderAt(m_encoder);
    const Embedding own = encoder->embedding("T\nthe cat sat on the mat");
    double before = 1.0 + 1e-6;
    for (const store::SimilarReview& similar : found.reviews) {
        EXPECT_NE(similar.row.review.id, ReviewId{1});
        const Embedding other = encoder->embedding("T\n" + similar.row.review.text);
        EXPECT_DOUBLE_EQ(similar.score, cosine(*own, *other)) << similar.row.review.text;
        EXPECT_LE(similar.score, before);
        before = similar.score;
    }
}

TEST_F(SimilarByMeaningTest, ComparesInALargeProjectThoseThatShareWords)
{
    const SimilarByMeaning found = find(1);
    EXPECT_EQ(found.compared, 1);
    EXPECT_EQ(found.total, 4);
    ASSERT_EQ(found.reviews.size(), 1U);
    EXPECT_EQ(found.reviews[0].row.review.text, "the cat sat on the mat again");
    EXPECT_EQ(find(2'000, 2).reviews.size(), 2U) << "no more than asked for";
}

TEST_F(SimilarByMeaningTest, SaysWhatIsMissingAndStops)
{
    EXPECT_THROW(static_cast<void>(similarByMeaning(*m_temporary.project, {.review = ReviewId{9}},
                                                    m_encoder, {}, m_quiet)),
                 Error);
    EXPECT_THROW(static_cast<void>(similarByMeaning(*m_temporary.project, {.review = ReviewId{1}},
                                                    m_temporary.folder.path(), {}, m_quiet)),
                 Error);
    m_stop.request_stop();
    EXPECT_THROW(static_cast<void>(find()), Stopped);
}

} // namespace
} // namespace nextquill::workflow
