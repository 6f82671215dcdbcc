// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/TextEdits.h"

#include "core/base/Error.h"
#include "core/store/Recipe.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

TEST(TextEdits, AreOneStepThatKeepsSearchAndFiguresTrue)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 1, "one two three") +
                     reviewLine("u", "b", 2, "four five six"));
    Histories histories{*temporary.project};
    {
        TextEdits edits{*temporary.project};
        edits.change(*histories.findReview(ReviewId{1}), "New", "one two");
        edits.change(*histories.findReview(ReviewId{2}), "T", "four five six"); // as it is
        EXPECT_EQ(edits.changed(), 1);
        edits.commit("Change 1 review");
    }
    EXPECT_EQ(histories.findReview(ReviewId{1})->title, "New");
    EXPECT_EQ(histories.reviews({.search = "new"}).size(), 1U);
    EXPECT_TRUE(histories.reviews({.search = "three"}).empty());
    EXPECT_NEAR(histories.findUser("u")->meanWords, 2.5, 1e-9);
    EXPECT_EQ(temporary.project->check(true, {}), std::vector<std::string>{});
    EXPECT_EQ(histories.undo(), "Change 1 review");
    EXPECT_EQ(histories.findReview(ReviewId{1})->title, "T");
    EXPECT_EQ(histories.findReview(ReviewId{1})->text, "one two three");
    EXPECT_EQ(histories.reviews({.search = "three"}).size(), 1U);
    EXPECT_EQ(temporary.project->check(true, {}), std::vector<std::string>{});
}

TEST(TextEdits, ThatAreNotCommittedAreNotMade)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 1, "one two three"));
    const Histories histories{*temporary.project};
    {
        TextEdits edits{*temporary.project};
        edits.change(*histories.findReview(ReviewId{1}), "New", "one two");
    }
    EXPECT_EQ(histories.findReview(ReviewId{1})->title, "T");
    EXPECT_TRUE(curationSteps(*temporary.project).empty());
    TextEdits{*temporary.project}.commit("nothing");
    EXPECT_TRUE(curationSteps(*temporary.project).empty());
}

TEST(TextEdits, RefuseATextWithoutAWordAndOneThatIsNoText)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 1, "one two three"));
    const Review review = *Histories{*temporary.project}.findReview(ReviewId{1});
    TextEdits edits{*temporary.project};
    EXPECT_THROW(edits.change(review, "T", " "), Error);
    EXPECT_THROW(edits.change(review, "T", "\xC3"), Error);
    EXPECT_THROW(edits.change(review, "\xC3", "text"), Error);
}

} // namespace
} // namespace nextquill::store
