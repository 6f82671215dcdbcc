// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/PorterStemmer.h"

#include "core/evaluate/metrics/Characters.h"

#include <gtest/gtest.h>

namespace nextquill::evaluate {
namespace {

std::string stem(const std::string& word)
{
    return toUtf8(porterStem(toCharacters(word)));
}

// Examples of Porter's paper, step by step.
TEST(PorterStemmer, FollowsThePaper)
{
    EXPECT_EQ(stem("caresses"), "caress");
    EXPECT_EQ(stem("plastered"), "plaster");
    EXPECT_EQ(stem("hopping"), "hop");
    EXPECT_EQ(stem("falling"), "fall");
    EXPECT_EQ(stem("relational"), "relat");
    EXPECT_EQ(stem("triplicate"), "triplic");
    EXPECT_EQ(stem("adjustment"), "adjust");
    EXPECT_EQ(stem("controll"), "control");
    EXPECT_EQ(stem("generalizations"), "gener");
}

TEST(PorterStemmer, DepartsFromItWhereNltkDoes)
{
    EXPECT_EQ(stem("news"), "news");
    EXPECT_EQ(stem("dying"), "die");
    EXPECT_EQ(stem("dies"), "die");
    EXPECT_EQ(stem("enjoy"), "enjoy");
    EXPECT_EQ(stem("skies"), "sky");
}

TEST(PorterStemmer, LeavesShortAndForeignWordsAlone)
{
    EXPECT_EQ(stem(""), "");
    EXPECT_EQ(stem("is"), "is");
    EXPECT_EQ(stem("漢字"), "漢字");
}

} // namespace
} // namespace nextquill::evaluate
