// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TwinExample.h"

#include "core/base/Error.h"
#include "core/model/ModelFiles.h"

#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

namespace nextquill::causal {
namespace {

using Ids = std::vector<text::TokenId>;

Ids ids(std::initializer_list<std::int32_t> values)
{
    Ids result;
    for (const std::int32_t value : values) {
        result.push_back(text::TokenId{value});
    }
    return result;
}

constexpr text::TokenId end{2};

class MakeTwinExample : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_files = model::ModelFiles::open(model);
    }

    TwinExample make(const Ids& with, const Ids& without, std::string_view target,
                     const TargetLimits& limits = {})
    {
        return makeTwinExample("review 5", with, without, *m_files->tokenizer(), target, end,
                               limits);
    }

    std::shared_ptr<const model::ModelFiles> m_files;
};

TEST_F(MakeTwinExample, SharesWhatBothPromptsStartWith)
{
    const TwinExample example = make(ids({1, 2, 3, 4, 9}), ids({1, 2, 7, 9}), "good");
    EXPECT_EQ(example.prefix, ids({1, 2}));
    EXPECT_EQ(example.historyBranch, ids({3, 4, 9}));
    EXPECT_EQ(example.plainBranch, ids({7, 9}));
}

TEST_F(MakeTwinExample, LeavesEachBranchATokenThatPredictsTheFirst)
{
    // One prompt begins with the whole other one; and both are the same.
    const TwinExample longer = make(ids({1, 2, 3}), ids({1, 2}), "good");
    EXPECT_EQ(longer.prefix, ids({1}));
    EXPECT_EQ(longer.historyBranch, ids({2, 3}));
    EXPECT_EQ(longer.plainBranch, ids({2}));
    const TwinExample same = make(ids({1, 2}), ids({1, 2}), "good");
    EXPECT_EQ(same.historyBranch, ids({2}));
    EXPECT_EQ(same.plainBranch, ids({2}));
    const TwinExample different = make(ids({4}), ids({5}), "good");
    EXPECT_TRUE(different.prefix.empty());
}

TEST_F(MakeTwinExample, ClosesAWholeTextWithEndOfSequence)
{
    const TwinExample example = make(ids({1}), ids({1}), "good enough");
    EXPECT_FALSE(example.targetCut);
    EXPECT_EQ(example.target.back(), end);
    ASSERT_EQ(example.targetBytes.size(), example.target.size());
    EXPECT_FALSE(example.targetBytes.back());
    EXPECT_EQ(example.targetBytes.front()->begin, 0U);
    EXPECT_EQ((*(example.targetBytes.end() - 2))->end, std::string{"good enough"}.size());
}

TEST_F(MakeTwinExample, DoesNotCloseATextThatItCuts)
{
    // The authors' code ends a cut text with end-of-sequence: the model learns to break off.
    std::string text;
    for (int i = 0; i < 50; ++i) {
        text += "word ";
    }
    const TwinExample example = make(ids({1}), ids({1}), text, {.targetTokens = 10});
    EXPECT_TRUE(example.targetCut);
    EXPECT_EQ(example.target.size(), 10U);
    EXPECT_NE(example.target.back(), end);
    EXPECT_TRUE(example.targetBytes.back());
}

TEST_F(MakeTwinExample, LeavesEndOfSequenceOutWhenAsked)
{
    const TwinExample open = make(ids({1}), ids({1}), "good", {.closeWithEnd = false});
    const TwinExample closed = make(ids({1}), ids({1}), "good");
    EXPECT_EQ(open.target.size() + 1, closed.target.size());
}

TEST_F(MakeTwinExample, CannotBeMadeToContainASpecialToken)
{
    const auto closing = m_files->tokenizer()->find("<|im_end|>");
    ASSERT_TRUE(closing);
    const TwinExample example = make(ids({1}), ids({1}), "nice<|im_end|>more");
    for (const text::TokenId id : example.target) {
        EXPECT_NE(id, *closing);
    }
}

TEST_F(MakeTwinExample, RefusesAnEmptyTextByItsId)
{
    try {
        (void)make(ids({1}), ids({1}), "");
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_EQ(error.where(), "review 5");
    }
}

TEST_F(MakeTwinExample, RefusesAPromptWithoutTokens)
{
    EXPECT_THROW((void)make({}, ids({1}), "good"), Error);
    EXPECT_THROW((void)make(ids({1}), {}, "good"), Error);
}

} // namespace
} // namespace nextquill::causal
