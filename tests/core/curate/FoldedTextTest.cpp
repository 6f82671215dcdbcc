// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/FoldedText.h"

#include <gtest/gtest.h>

namespace nextquill::curate {
namespace {

TEST(FoldedText, KeepsWordsAlone)
{
    EXPECT_EQ(FoldedText{"  The QUICK, (brown)\nfox!"}.text(), "the quick brown fox");
    EXPECT_EQ(FoldedText{"don't Don\u2019t x-ray 3.5"}.text(), "dont dont x ray 3 5");
    EXPECT_EQ(FoldedText{"\u00c9T\u00c9 \u0416"}.text(), "\u00e9t\u00e9 \u0436");
    EXPECT_EQ(FoldedText{"\u4e16\u754cabc"}.text(), "\u4e16 \u754c abc");
    EXPECT_EQ(FoldedText{" !! \n ?"}.text(), "!! ?"); // without words: itself
    EXPECT_EQ(FoldedText{" !! \n ?"}.wordCount(), 1U);
    EXPECT_EQ(FoldedText{""}.wordCount(), 0U);
    EXPECT_EQ(FoldedText{"a\xff\x80 b"}.text(), "a b"); // no UTF-8
}

TEST(FoldedText, CutsRunsOfWords)
{
    const FoldedText text{"One two, three four"};
    EXPECT_EQ(text.wordCount(), 4U);
    EXPECT_EQ(text.word(1), "two");
    EXPECT_EQ(text.words(1, 3), "two three four");
    EXPECT_EQ(text.shingles(3).size(), 2U);
    EXPECT_EQ(text.shingles(5), FoldedText{"one TWO three four."}.shingles(5));
    EXPECT_EQ(FoldedText{"a b a b a b"}.shingles(2).size(), 2U); // a set
    EXPECT_EQ(FoldedText{""}.shingles(3).size(), 1U);
}

TEST(FoldedText, JaccardIsTheShareInCommon)
{
    EXPECT_DOUBLE_EQ(jaccard({1, 2, 3}, {2, 3, 4}), 0.5);
    EXPECT_DOUBLE_EQ(jaccard({1, 2}, {3}), 0);
    EXPECT_DOUBLE_EQ(jaccard({1, 9}, {1, 9}), 1);
    EXPECT_DOUBLE_EQ(jaccard({}, {}), 1);
    EXPECT_DOUBLE_EQ(jaccard({}, {7}), 0);
}

} // namespace
} // namespace nextquill::curate
