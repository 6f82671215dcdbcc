// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/SequenceTree.h"

#include "core/base/Random.h"
#include "core/causal/TargetProbabilities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <numeric>

namespace nextquill::causal {
namespace {

using Ids = std::vector<text::TokenId>;

Ids ids(std::initializer_list<int> values)
{
    Ids result;
    for (const int value : values) {
        result.push_back(text::TokenId{value});
    }
    return result;
}

/// Prompts that leave out one part each of a whole: head, parts of `length`, tail.
PromptedTarget leavingOut(int parts, int length)
{
    PromptedTarget question{.id = "made", .prompts = {}, .target = Ids(5, text::TokenId{1})};
    for (int left = -1; left < parts; ++left) {
        Ids prompt = ids({900, 901, 902});
        for (int part = 0; part < parts; ++part) {
            for (int i = 0; part != left && i < length; ++i) {
                prompt.push_back(text::TokenId{2 + part});
            }
        }
        prompt.push_back(text::TokenId{903});
        question.prompts.push_back(std::move(prompt));
    }
    return question;
}

TEST(SequenceTree, HoldsEveryTokenOfEverySequence)
{
    const Random random{7, 0};
    std::uint64_t draw = 0;
    for (int round = 0; round < 50; ++round) {
        std::vector<Ids> sequences(1 + random.bits(draw++) % 6);
        std::size_t tokens = 0;
        for (Ids& sequence : sequences) {
            sequence.resize(1 + random.bits(draw++) % 7);
            for (text::TokenId& id : sequence) {
                id = text::TokenId{static_cast<std::int32_t>(random.bits(draw++) % 2)};
            }
            tokens += sequence.size();
        }
        const SequenceTree tree{sequences};
        EXPECT_LE(tree.batch().tokens.size(), tokens);
        for (std::size_t s = 0; s < sequences.size(); ++s) {
            for (std::size_t i = 0; i < sequences[s].size(); ++i) {
                const auto row = static_cast<std::size_t>(tree.row(s, i));
                EXPECT_EQ(tree.batch().tokens[row], sequences[s][i]);
                for (std::size_t other = 0; other < s; ++other) {
                    const bool shared = commonTokens(sequences[s], sequences[other]) > i;
                    const bool sameRow =
                        sequences[other].size() > i && tree.row(other, i) == tree.row(s, i);
                    EXPECT_EQ(sameRow, shared);
                }
            }
        }
    }
}

TEST(SequenceTree, HasARootForEachBeginning)
{
    const SequenceTree tree{{ids({1, 2, 3}), ids({4, 2}), ids({1, 2})}};
    EXPECT_EQ(tree.batch().tokens.size(), 5U);
    EXPECT_EQ(std::ranges::count(tree.batch().segments, -1, &model::Segment::parent), 2);
}

TEST(TreePasses, HaveNoMoreRowsThanTheLimitHoweverManyReviewsThereAre)
{
    constexpr TreeLimits limits{.rowsPerPass = 900};
    for (const int reviews : {1, 3, 8, 40, 100}) {
        const PromptedTarget question = leavingOut(reviews, 4);
        std::size_t next = 0;
        for (const TreePass& pass : planPasses(question, limits)) {
            EXPECT_LE(pass.rows, limits.rowsPerPass) << reviews;
            EXPECT_EQ(pass.first, next);
            next += pass.count;
            std::vector<Ids> sequences{
                question.prompts.begin() + static_cast<std::ptrdiff_t>(pass.first),
                question.prompts.begin() + static_cast<std::ptrdiff_t>(next)};
            for (Ids& sequence : sequences) {
                sequence.insert(sequence.end(), question.target.begin(), question.target.end() - 1);
            }
            EXPECT_EQ(SequenceTree{sequences}.batch().tokens.size(), pass.rows);
        }
        EXPECT_EQ(next, question.prompts.size());
    }
}

TEST(TreePasses, AreCountedByRowsOfTheTreeNotByTokensOfThePrompts)
{
    // 9 prompts of 804 tokens: 7,272 one by one, and 4,644 where beginnings stand once.
    const PromptedTarget question = leavingOut(8, 100);
    const TreeCost cost = treeCost(question, {.rowsPerPass = 4700});
    EXPECT_EQ(cost.passes, 1);
    EXPECT_EQ(cost.prompts, 9);
    EXPECT_GT(cost.separateRows, 6400);
    EXPECT_LT(cost.rows, 4700);
    EXPECT_EQ(cost.largestPass, cost.rows);
}

TEST(TreePasses, OfAPromptLongerThanTheLimitAreItsOwn)
{
    const PromptedTarget question = leavingOut(3, 50);
    const std::vector<TreePass> passes = planPasses(question, {.rowsPerPass = 10});
    ASSERT_EQ(passes.size(), 4U);
    EXPECT_EQ(passes[0].count, 1U);
}

} // namespace
} // namespace nextquill::causal
