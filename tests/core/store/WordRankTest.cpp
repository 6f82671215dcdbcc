// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/WordRank.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/SimilarReviews.h"

#include "tests/core/store/TemporaryProject.h"

#include <cmath>
#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

using nextquill::testing::reviewLine;
using nextquill::testing::TemporaryProject;

// By hand: n = 3 texts of 3, 3 and 6 words, mean 4. "theremin" is in one: idf = ln((3 - 1 + 0.5) /
// (1 + 0.5)); tf part = 2.2 / (1 + 1.2 (0.25 + 0.75 · 3 / 4)).
TEST(WordRank, IsBm25OverTheGivenTextsAlone)
{
    WordRank rank;
    const auto scores = rank.scores(
        "theremin", {"a theremin solo", "no such thing", "one two three four five six"});
    const double idf = std::log(2.5 / 1.5);
    const double frequency = 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / 4));

    EXPECT_NEAR(scores.at(0), idf * frequency, 1e-9);
    EXPECT_EQ(scores.at(1), 0);
    EXPECT_EQ(scores.at(2), 0);
}

TEST(WordRank, EachCallBeginsAnew)
{
    WordRank rank;
    const auto first = rank.scores("lamp", {"a lamp", "a chair"});
    static_cast<void>(rank.scores("other words", {"lamp lamp lamp", "words", "other"}));

    EXPECT_EQ(rank.scores("lamp", {"a lamp", "a chair"}), first);
}

TEST(WordRank, WordsAreFoldedAsTheProjectsIndexDoes)
{
    WordRank rank;
    const auto scores = rank.scores("CAFÉ", {"a cafe", "a bar", "a pub"});

    EXPECT_GT(scores.at(0), 0);
}

TEST(WordRank, NothingOfAQueryIsReadAsTheIndexsLanguage)
{
    WordRank rank;
    for (const char* query : {"\"", "lamp OR", "NEAR(a b)", "text: lamp", "-x ^y *", "a\"b", ""}) {
        EXPECT_EQ(rank.scores(query, {"lamp", "chair"}).size(), 2U) << query;
    }
    EXPECT_GT(rank.scores("NEAR(lamp)", {"lamp", "chair", "stool"}).at(0), 0);
}

TEST(WordRank, ALongQueryIsCutAtItsFirstWords)
{
    std::string query;
    for (int i = 0; i < 3'000; ++i) {
        query += "word" + std::to_string(i) + " ";
    }
    WordRank rank;
    const auto scores = rank.scores(query, {"word0 here", "word499 here", "word2999 here", "x"});

    EXPECT_GT(scores.at(0), 0);
    EXPECT_GT(scores.at(1), 0);
    EXPECT_EQ(scores.at(2), 0);
}

TEST(SimilarReviews, TheMostAlikeComesFirstAndTheReviewItselfNever)
{
    TemporaryProject temporary;
    std::string lines = reviewLine("ann", "i1", 10, "a theremin solo over slow strings");
    lines += reviewLine("ben", "i2", 11, "the theremin sings over slow strings tonight");
    lines += reviewLine("cem", "i3", 12, "slow service and cold coffee");
    lines += reviewLine("dan", "i4", 13, "nothing in common whatsoever");
    static_cast<void>(temporary.import(lines));

    const auto found = similarByWords(*temporary.project, {.review = ReviewId{1}}, {});
    ASSERT_EQ(found.size(), 3U); // all have the title's word
    EXPECT_EQ(found[0].row.userName, "ben");
    EXPECT_EQ(found[1].row.userName, "cem");
    EXPECT_GT(found[0].score, found[1].score);
    EXPECT_GT(found[0].likeness, found[1].likeness);
    EXPECT_LT(found[0].likeness, 1);
    EXPECT_EQ(similarByWords(*temporary.project, {.review = ReviewId{1}, .limit = 1}, {}).size(),
              1U);
}

TEST(SimilarReviews, ACopyIsAsLikeAsTheReviewItself)
{
    TemporaryProject temporary;
    const std::string text = "a theremin solo over slow strings";
    static_cast<void>(temporary.import(reviewLine("ann", "i1", 10, text) +
                                       reviewLine("ben", "i2", 11, text) +
                                       reviewLine("cem", "i3", 12, "something else")));

    const auto found = similarByWords(*temporary.project, {.review = ReviewId{1}}, {});
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].row.userName, "ben");
    EXPECT_NEAR(found[0].likeness, 1, 1e-9);
}

TEST(SimilarReviews, ExcludedReviewsAreLeftOutUnlessAskedFor)
{
    TemporaryProject temporary;
    static_cast<void>(temporary.import(reviewLine("ann", "i1", 10, "a theremin solo") +
                                       reviewLine("ben", "i2", 11, "a theremin duo")));
    Histories{*temporary.project}.setExcluded({ReviewId{2}}, true, "Exclude 1 review");

    EXPECT_TRUE(similarByWords(*temporary.project, {.review = ReviewId{1}}, {}).empty());
    EXPECT_EQ(similarByWords(*temporary.project, {.review = ReviewId{1}, .withExcluded = true}, {})
                  .size(),
              1U);
    EXPECT_THROW(static_cast<void>(similarByWords(*temporary.project, {.review = ReviewId{9}}, {})),
                 Error);
}

} // namespace
} // namespace nextquill::store
