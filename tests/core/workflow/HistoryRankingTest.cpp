// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/HistoryRanking.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using text::SelectionKind;
using text::SelectionRule;

/// A user whose past reviews, the newest first, have these texts.
store::ExampleData userWith(const std::vector<std::string>& texts)
{
    store::ExampleData data;
    data.item = {.asin = "i0", .title = "Theremin Nights", .description = "Slow strings."};
    data.target.title = "Haunting";
    data.target.text = "accordion accordion accordion";
    for (const std::string& text : texts) {
        store::Review review;
        review.text = text;
        data.history.push_back(review);
        data.historyItems.push_back({.asin = "i"});
    }
    return data;
}

std::vector<std::size_t> orderBy(const SelectionRule& rule, const store::ExampleData& data,
                                 std::size_t most = 8)
{
    std::vector<std::size_t> order;
    for (const RankedReview& ranked : rankHistory(data, rule, most)) {
        order.push_back(ranked.index);
    }
    return order;
}

const std::vector<std::string> reviews{
    "a chair of oak and nothing more", "accordion polka", "a haunting theremin over slow strings",
    "strings and a theremin that haunt me", "slow service in a loud place"};

TEST(HistoryRanking, TheNewestComeFirstWithoutAScore)
{
    const auto ranked = rankHistory(userWith(reviews), {}, 2);

    EXPECT_EQ(ranked.size(), reviews.size());
    EXPECT_FALSE(ranked.front().score);
    EXPECT_THAT(orderBy({}, userWith(reviews)), ElementsAre(0U, 1U, 2U, 3U, 4U));
}

TEST(HistoryRanking, ByWordsTheMostAlikeComeFirstAndTheRestByTime)
{
    const SelectionRule rule{.kind = SelectionKind::Words};

    EXPECT_THAT(orderBy(rule, userWith(reviews)), ElementsAre(2U, 3U, 4U, 0U, 1U));
    const auto ranked = rankHistory(userWith(reviews), rule, 8);
    EXPECT_GT(*ranked[0].score, *ranked[1].score);
    EXPECT_EQ(*ranked[4].score, 0);
}

// The target's own text is about accordions; its user's accordion review gains nothing by that.
TEST(HistoryRanking, TheTextToWriteIsNeverLookedAt)
{
    store::ExampleData other = userWith(reviews);
    other.target.text = "theremin";
    for (const SelectionKind kind : {SelectionKind::Words, SelectionKind::Diverse}) {
        EXPECT_EQ(orderBy({.kind = kind}, userWith(reviews)), orderBy({.kind = kind}, other));
    }
    EXPECT_EQ(selectionQuery(userWith(reviews)).find("accordion"), std::string::npos);
}

// 2 and 3 say the same; with diversity the second place goes to another.
TEST(HistoryRanking, DiversityGivesTheSecondPlaceToAnother)
{
    const std::vector<std::string> twins{"a haunting theremin over slow strings",
                                         "a haunting theremin over slow strings indeed",
                                         "nights of slow jazz"};

    EXPECT_THAT(orderBy({.kind = SelectionKind::Diverse, .diversity = 0}, userWith(twins)),
                ElementsAre(0U, 1U, 2U));
    EXPECT_THAT(orderBy({.kind = SelectionKind::Diverse, .diversity = 0.5}, userWith(twins)),
                ElementsAre(0U, 2U, 1U));
}

TEST(HistoryRanking, BehindTheDiverseOnesTheRestFollowsByRelevance)
{
    const std::vector<std::string> twins{"nothing", "a haunting theremin over slow strings",
                                         "a haunting theremin over slow strings indeed",
                                         "nights of slow jazz"};
    const SelectionRule rule{.kind = SelectionKind::Diverse, .diversity = 0.5};

    EXPECT_THAT(orderBy(rule, userWith(twins), 1), ElementsAre(1U, 2U, 3U, 0U));
}

TEST(HistoryRanking, AUserWithoutHistoryHasNone)
{
    for (const SelectionKind kind :
         {SelectionKind::Recent, SelectionKind::Words, SelectionKind::Diverse}) {
        EXPECT_TRUE(rankHistory(userWith({}), {.kind = kind}, 8).empty());
    }
    // Not even the encoder is looked for.
    EXPECT_TRUE(
        rankHistory(userWith({}), {.kind = SelectionKind::Meaning, .encoder = "/none"}, 8).empty());
}

TEST(HistoryRanking, AnEncoderThatIsNotThereIsSaid)
{
    try {
        static_cast<void>(rankHistory(
            userWith(reviews), {.kind = SelectionKind::Meaning, .encoder = "/no/folder"}, 8));
        FAIL() << "it was ranked";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("/no/folder"));
        EXPECT_THAT(error.what(), HasSubstr("no encoder"));
    }
}

} // namespace
} // namespace nextquill::workflow
