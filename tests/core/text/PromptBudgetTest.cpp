// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/text/PromptTemplate.h"
#include "core/text/Tokenizer.h"

#include "tests/core/text/SmallTokenizer.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <string>

// With the tokenizer of single bytes a prompt has as many tokens as bytes.

namespace nextquill::text {
namespace {

const Tokenizer& bytes()
{
    static const Tokenizer small{testing::smallDefinition()};
    return small;
}

ReviewText past(const std::string& text)
{
    return {.itemTitle = "I", .itemDescription = "D", .rating = 4, .title = "T", .text = text};
}

const ReviewText asked{.itemTitle = "Chair",
                       .itemDescription = "Made of old oak by hand.",
                       .rating = 5,
                       .title = "Fine",
                       .text = {}};

const PromptTemplate& preset()
{
    static const PromptTemplate nextquill = PromptTemplate::preset("nextquill");
    return nextquill;
}

TwinPrompt fitted(const std::vector<ReviewText>& history, std::size_t tokens,
                  const ReviewText& what = asked)
{
    return preset().render(plainMarkup(), bytes(), what, history, {.promptTokens = tokens});
}

std::size_t length(const Prompt& prompt)
{
    return encode(bytes(), prompt).size();
}

bool holds(const Prompt& prompt, const std::string& text)
{
    return prompt.text().find(text) != std::string::npos;
}

TEST(PromptBudget, TheOldestReviewsAreDroppedWhole)
{
    const std::vector<ReviewText> history{past("newest text"), past("middle text"),
                                          past("oldest text")};
    const std::size_t whole = length(fitted(history, 10000).with);

    for (std::size_t tokens = whole + 1; tokens >= whole - 150; --tokens) {
        const TwinPrompt twin = fitted(history, tokens);
        EXPECT_LE(length(twin.with), tokens);
        EXPECT_EQ(twin.tokens, length(twin.with));
        EXPECT_EQ(twin.reviewsUsed + twin.reviewsDropped, 3);
        EXPECT_EQ(twin.reviewsUsed == 3, tokens >= whole);
        EXPECT_TRUE(holds(twin.with, "newest text\n"));
        EXPECT_EQ(holds(twin.with, "middle text\n"), twin.reviewsUsed >= 2);
        EXPECT_EQ(holds(twin.with, "oldest text\n"), twin.reviewsUsed == 3);
        EXPECT_EQ(twin.usedReviews.size(), static_cast<std::size_t>(twin.reviewsUsed));
        EXPECT_EQ(twin.reviewTokens.size(), static_cast<std::size_t>(twin.reviewsUsed));
        EXPECT_EQ(twin.reviewsCut, 0);
        EXPECT_TRUE(twin.with.text().ends_with("[Output Review Title]: Fine\n\n"));
    }
}

TEST(PromptBudget, TheDescriptionIsShortenedAtAWordBeforeTheNewestReviewIs)
{
    const std::vector<ReviewText> history{past("newest text")};
    const std::size_t whole = length(fitted(history, 10000).with);

    const TwinPrompt twin = fitted(history, whole - 1);

    EXPECT_TRUE(twin.descriptionCut);
    EXPECT_EQ(twin.reviewsUsed, 1);
    EXPECT_EQ(twin.reviewsCut, 0);
    EXPECT_TRUE(holds(twin.with, "[Item Description]: Made of old oak by\n"));
    EXPECT_TRUE(holds(twin.without, "[Item Description]: Made of old oak by\n"));
    EXPECT_TRUE(holds(twin.with, "newest text\n"));
}

// Fault 4 of the authors' code: a long review must never push rating, title or markup out.
TEST(PromptBudget, ATooLongNewestReviewIsCutAtAWordAndTheRequestStays)
{
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "word" + std::to_string(i) + ' ';
    }
    const std::size_t tokens = length(fitted({}, 10000).with) + 200;

    const TwinPrompt twin = fitted({past(text), past("old")}, tokens);

    EXPECT_EQ(twin.reviewsUsed, 1);
    EXPECT_EQ(twin.reviewsCut, 1);
    EXPECT_EQ(twin.reviewsDropped, 1);
    EXPECT_LE(length(twin.with), tokens);
    EXPECT_GT(length(twin.with), tokens - 10);
    EXPECT_TRUE(twin.with.text().ends_with("\n\n[Output Review Rating]: 5.0\n"
                                           "[Output Review Title]: Fine\n\n"));
    const std::string shown = twin.with.text();
    const std::size_t end = shown.find("\n\n[Output");
    EXPECT_NE(
        text.find(shown.substr(shown.rfind(' ', end) + 1, end - shown.rfind(' ', end) - 1) + ' '),
        std::string::npos)
        << "cut inside a word";
}

TEST(PromptBudget, WhereNotEvenOneWordOfAReviewFitsItIsDroppedAndCounted)
{
    const std::size_t fixed = length(fitted({}, 10000).with);

    const TwinPrompt twin = fitted({past("newest text")}, fixed);

    EXPECT_EQ(twin.reviewsUsed, 0);
    EXPECT_EQ(twin.reviewsDropped, 1);
    EXPECT_EQ(twin.with.text(), twin.without.text());
    EXPECT_FALSE(twin.descriptionCut);
}

TEST(PromptBudget, FixedPartsThatDoNotFitAreAnError)
{
    ReviewText plain = asked;
    plain.itemDescription.clear();
    const std::size_t least = length(fitted({}, 10000, plain).with);

    EXPECT_NO_THROW((void)fitted({past("x")}, least, plain));
    EXPECT_NO_THROW((void)fitted({past("x")}, least)); // without its description
    try {
        (void)fitted({past("x")}, least - 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_NE(error.problem().find(std::to_string(least)), std::string::npos);
        EXPECT_NE(error.problem().find(std::to_string(least - 1)), std::string::npos);
    }
}

TEST(PromptBudget, DescriptionsAreCutAtAWordBeyondTheirLimit)
{
    const auto described = [](std::size_t limit) {
        return preset().render(plainMarkup(), bytes(), asked, {}, {.descriptionBytes = limit}).with;
    };

    EXPECT_TRUE(holds(described(24), "Made of old oak by hand.\n"));
    EXPECT_TRUE(holds(described(23), "Made of old oak by\n"));
    EXPECT_TRUE(holds(described(0), "Made of old oak by hand.\n"));
}

TEST(PromptBudget, AtMostTheGivenNumberOfReviewsIsUsed)
{
    const std::vector<ReviewText> history(12, past("x"));

    EXPECT_EQ(fitted(history, 10000).reviewsUsed, 8);
    EXPECT_EQ(
        preset().render(plainMarkup(), bytes(), asked, history, {.maximumReviews = 0}).reviewsUsed,
        0);
}

// Joined text has other tokens than its parts; the budget holds for the joined text.
TEST(PromptBudget, HoldsWithARealTokenizerAndUsesAllItCan)
{
    NEXTQUILL_NEED_SHARED(file, "fixtures/models/SmolLM2-135M-Instruct-tokenizer/tokenizer.json");
    const Tokenizer real(readTokenizerFile(file));
    std::vector<ReviewText> history;
    for (int i = 0; i < 8; ++i) {
        history.push_back(past("It's the " + std::to_string(i) +
                               "th one I've bought, and it still  works...\n\nWould buy again! "));
    }
    const auto tokensWith = [&](std::size_t used) {
        const std::vector<ReviewText> newest{history.begin(),
                                             history.begin() + static_cast<std::ptrdiff_t>(used)};
        return preset().render(plainMarkup(), real, asked, newest, {.promptTokens = 9999}).tokens;
    };

    for (std::size_t used = 1; used <= history.size(); ++used) {
        const std::size_t needed = tokensWith(used);
        for (const std::size_t tokens : {needed - 1, needed, needed + 1}) {
            const TwinPrompt twin =
                preset().render(plainMarkup(), real, asked, history, {.promptTokens = tokens});
            EXPECT_LE(encode(real, twin.with).size(), tokens);
            if (used > 1) {
                EXPECT_EQ(twin.reviewsUsed, static_cast<int>(tokens < needed ? used - 1 : used));
            }
        }
    }
}

} // namespace
} // namespace nextquill::text
