// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/text/PromptTemplate.h"
#include "core/text/Tokenizer.h"

#include "tests/core/text/SmallTokenizer.h"

#include <gmock/gmock.h>

namespace nextquill::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* head = "=== system ===\n=== user ===\n{history}|{item_description}\n"
                             "=== with history ===\n{reviews}\n=== without history ===\n"
                             "=== review ===\n{number}{text}\n=== missing ===\n";

const Tokenizer& bytesTokenizer()
{
    static const Tokenizer small{testing::smallDefinition()};
    return small;
}

ReviewText reviewOf(const std::string& text, double rating = 4)
{
    return {.itemTitle = {}, .itemDescription = {}, .rating = rating, .title = {}, .text = text};
}

TwinPrompt renderedWith(const std::string& source, const std::vector<ReviewText>& history,
                        const PromptBudget& budget = {})
{
    ChatMarkup none;
    none.name = "none";
    return PromptTemplate{source}.render(
        none, bytesTokenizer(),
        {.itemTitle = {}, .itemDescription = "Q", .rating = 4, .title = {}, .text = {}}, history,
        budget);
}

/// A byte is a token here: "|Q" takes two, a review its length and one, a line break one.
PromptBudget tokens(std::size_t count, bool fill = false)
{
    return {.promptTokens = count, .fill = fill};
}

TEST(PromptOrder, OneThatHasNoRoomEndsTheList)
{
    const TwinPrompt twin = renderedWith(
        head, {reviewOf("aa"), reviewOf(std::string(40, 'b')), reviewOf("cc")}, tokens(20));

    EXPECT_EQ(twin.with.text(), "1aa|Q");
    EXPECT_THAT(twin.usedReviews, ElementsAre(0U));
    EXPECT_EQ(twin.reviewsDropped, 2);
    const std::vector<ReviewText> all{reviewOf("aa"), reviewOf(std::string(40, 'b')),
                                      reviewOf("cc")};
    EXPECT_THAT(PromptTemplate{head}.reviewTokens(bytesTokenizer(), all, {}),
                ElementsAre(3U, 41U, 3U));
}

TEST(PromptOrder, WithFillItIsPassedOverAndNumbersCloseUp)
{
    const TwinPrompt twin = renderedWith(
        head, {reviewOf("aa"), reviewOf(std::string(40, 'b')), reviewOf("cc")}, tokens(20, true));

    EXPECT_EQ(twin.with.text(), "1aa\n2cc|Q");
    EXPECT_THAT(twin.usedReviews, ElementsAre(0U, 2U));
    EXPECT_EQ(twin.reviewsDropped, 1);
    EXPECT_THAT(twin.reviewTokens, ElementsAre(3U, 3U));
}

TEST(PromptOrder, WithFillTheBudgetHolds)
{
    for (std::size_t budget = 2; budget < 60; ++budget) {
        const TwinPrompt twin = renderedWith(
            head,
            {reviewOf("aaaaaaa"), reviewOf(std::string(30, 'b')), reviewOf("c"), reviewOf("dddd")},
            tokens(budget, true));
        EXPECT_LE(twin.tokens, budget);
        EXPECT_EQ(twin.reviewsUsed + twin.reviewsDropped, 4);
    }
}

TEST(PromptOrder, WhatStandsBetweenReviewsIsTheTemplates)
{
    const std::string source = std::string{head} + "=== between reviews ===\n{space}, and{space}";

    EXPECT_EQ(renderedWith(source, {reviewOf("a"), reviewOf("b")}).with.text(), "1a , and 2b|Q");
    EXPECT_EQ(renderedWith(head, {reviewOf("a"), reviewOf("b")}).with.text(), "1a\n2b|Q");
}

TEST(PromptOrder, ScoresHaveNoDecimalsWhereThereAreNone)
{
    const std::string source =
        "=== system ===\n=== user ===\n{history}{score}\n=== with history ===\n{reviews}\n"
        "=== without history ===\n=== review ===\n{score} {text};\n=== missing ===\n";

    EXPECT_EQ(renderedWith(source, {reviewOf("a", 5), reviewOf("b", 4.5)}).with.text(),
              "5 a;\n4.5 b;4");
}

TEST(PromptOrder, TheLimitOfDescriptionsIsTheTemplatesWhereItHasOne)
{
    const auto shownWith = [](const std::string& limit) {
        ChatMarkup none;
        const std::string source =
            limit.empty() ? head : head + ("=== description limit ===\n" + limit);
        return PromptTemplate{source}
            .render(none, bytesTokenizer(),
                    {.itemTitle = {},
                     .itemDescription = std::string(700, 'd'),
                     .rating = 4,
                     .title = {},
                     .text = {}},
                    {}, {})
            .with.text()
            .size();
    };

    EXPECT_EQ(shownWith(""), 601U);
    EXPECT_EQ(shownWith("0"), 701U);
    EXPECT_EQ(shownWith("50"), 51U);
    for (const char* wrong : {"many", "-1", "1.5", "99999999999999999999", "{space}"}) {
        try {
            static_cast<void>(shownWith(wrong));
            FAIL() << wrong;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("no number of bytes")) << wrong;
            EXPECT_THAT(error.where(), HasSubstr("line 11")) << wrong;
        }
    }
}

TEST(PromptPresets, AllOfThemCanBeReadAndShowTheTextAndWhatIsAsked)
{
    const std::vector<std::string> names = PromptTemplate::presets();
    EXPECT_THAT(names, ElementsAre("lamp-1", "lamp-2", "lamp-2-news", "lamp-3", "lamp-4", "lamp-5",
                                   "lamp-6", "lamp-7", "longlamp-abstract", "longlamp-product",
                                   "longlamp-topic", "nextquill"));
    for (const std::string& name : names) {
        const std::string source = PromptTemplate::preset(name).source();
        const TwinPrompt twin = renderedWith(source, {reviewOf("first"), reviewOf("second")});
        EXPECT_THAT(twin.with.text(), HasSubstr("first")) << name;
        EXPECT_THAT(twin.with.text(), HasSubstr("second")) << name;
        EXPECT_THAT(twin.without.text(), HasSubstr("Q")) << name;
    }
}

TEST(PromptPresets, LampsHeadlinesHaveTheBenchmarksForm)
{
    ReviewText one = reviewOf("Moon is round");
    one.itemDescription = "Some say so.";
    ReviewText two = reviewOf("Sun is hot");
    two.itemDescription = "It was felt.";
    const std::string source = PromptTemplate::preset("lamp-4").source();

    EXPECT_EQ(renderedWith(source, {one, two}).with.text(),
              "\"Moon is round\" is the title for \"Some say so.\" , and \"Sun is hot\" is the "
              "title for \"It was felt.\" . Q");
    EXPECT_EQ(renderedWith(source, {}).with.text(), "Q");
    EXPECT_EQ(
        renderedWith(PromptTemplate::preset("lamp-3").source(), {reviewOf("Good", 5)}).with.text(),
        "5 is the score for \"Good\" . Q");
}

} // namespace
} // namespace nextquill::text
