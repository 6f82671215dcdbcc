// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/HistorySelection.h"

#include "core/base/Error.h"
#include "core/text/WordVectors.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace nextquill::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusalOf(const Json& json)
{
    try {
        static_cast<void>(readSelection(json, "here"));
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        return error.what();
    }
    return {};
}

TEST(HistorySelection, ARuleIsTheSameAfterItWasWrittenAndRead)
{
    const SelectionRule rules[] = {
        {},
        {.kind = SelectionKind::Words, .fill = true},
        {.kind = SelectionKind::Meaning, .encoder = "/models/mini", .byTime = true},
        {.kind = SelectionKind::Diverse, .diversity = 0.25},
    };
    for (const SelectionRule& rule : rules) {
        EXPECT_EQ(readSelection(Json::parse(toJson(rule).dump()), "here"), rule)
            << toJson(rule).dump();
    }
    EXPECT_EQ(toJson({}).dump(), R"({"select":"recent"})");
}

TEST(HistorySelection, WhatIsWrongIsNamed)
{
    EXPECT_THAT(refusalOf(Json::array()), HasSubstr("no JSON object"));
    EXPECT_THAT(refusalOf({{"select", "best"}}), HasSubstr("\"best\""));
    EXPECT_THAT(refusalOf({{"select", 3}}), HasSubstr("select is no text"));
    EXPECT_THAT(refusalOf({{"select", "mmr"}, {"lambda", 1}}), HasSubstr("\"lambda\""));
    EXPECT_THAT(refusalOf({{"select", "mmr"}, {"diversity", 2}}), HasSubstr("from 0 to 1"));
    EXPECT_THAT(refusalOf({{"select", "mmr"}, {"diversity", "much"}}), HasSubstr("no number"));
    EXPECT_THAT(refusalOf({{"select", "embeddings"}}), HasSubstr("needs an encoder"));
    EXPECT_THAT(refusalOf({{"select", "bm25"}, {"encoder", "x"}}), HasSubstr("does not use one"));
    EXPECT_THAT(refusalOf({{"select", "bm25"}, {"fill", 1}}), HasSubstr("neither true nor false"));
}

TEST(HistorySelection, OrderIsDescendingAndEqualOnesKeepTheirs)
{
    const double scores[] = {1, 3, 2, 3, 0};

    EXPECT_THAT(descendingOrder(scores), ElementsAre(1U, 3U, 2U, 0U, 4U));
}

// 0 and 1 say the same; 2 is less relevant and unlike both.
TEST(HistorySelection, DiversityPutsWhatIsNewBeforeWhatIsSaidAlready)
{
    const double relevance[] = {0.9, 0.8, 0.5};
    const auto likeness = [](std::size_t a, std::size_t b) { return a + b == 1 ? 1.0 : 0.0; };

    EXPECT_THAT(diverseOrder(relevance, likeness, 0, 3), ElementsAre(0U, 1U, 2U));
    EXPECT_THAT(diverseOrder(relevance, likeness, 0.5, 3), ElementsAre(0U, 2U, 1U));
    EXPECT_THAT(diverseOrder(relevance, likeness, 0.5, 2), ElementsAre(0U, 2U));
    EXPECT_TRUE(diverseOrder({}, likeness, 0.5, 2).empty());
}

TEST(HistorySelection, LikenessMayBeNegative)
{
    const double relevance[] = {0.5, 0.5, 0.5};
    const auto likeness = [](std::size_t a, std::size_t b) { return a + b == 2 ? -0.5 : 0.2; };

    EXPECT_THAT(diverseOrder(relevance, likeness, 0.5, 3), ElementsAre(0U, 2U, 1U));
}

TEST(WordVectors, WordsAreFoldedRunsOfLettersAndDigits)
{
    EXPECT_THAT(wordsOf("The 2nd LÖWE, isn't 東京!"),
                ElementsAre("the", "2nd", "löwe", "isn", "t", "東京"));
    EXPECT_TRUE(wordsOf(" ,.! ").empty());
}

TEST(WordVectors, TheSameWordsAreAlikeAndNoneInCommonIsNothing)
{
    const WordVectors vectors{
        {"a lamp of glass", "Glass, of a lamp.", "nothing here", "", "a lamp"}};

    EXPECT_NEAR(vectors.likeness(0, 1), 1, 1e-6);
    EXPECT_EQ(vectors.likeness(0, 2), 0);
    EXPECT_EQ(vectors.likeness(0, 3), 0);
    EXPECT_GT(vectors.likeness(0, 4), 0.3);
    EXPECT_LT(vectors.likeness(0, 4), 0.95);
    EXPECT_EQ(vectors.likeness(0, 4), vectors.likeness(4, 0));
}

// "film" is everywhere and "theremin" in two: these two are the nearest.
TEST(WordVectors, ARareWordCountsMoreThanACommonOne)
{
    const WordVectors vectors{
        {"film theremin", "film theremin solo", "film music night", "film late", "film early"}};

    EXPECT_GT(vectors.likeness(0, 1), vectors.likeness(0, 2));
    EXPECT_GT(vectors.likeness(0, 1), 2 * vectors.likeness(0, 3));
}

} // namespace
} // namespace nextquill::text
