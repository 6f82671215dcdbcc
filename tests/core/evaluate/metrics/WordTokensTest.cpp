// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/WordTokens.h"

#include <gtest/gtest.h>

#include <string>

namespace nextquill::evaluate {
namespace {

/// Tokens with a bar between them.
std::string tokens(const std::string& text)
{
    std::string shown;
    for (const Characters& token : wordTokens(toCharacters(text))) {
        shown += (shown.empty() ? "" : "|") + toUtf8(token);
    }
    return shown;
}

TEST(WordTokens, SplitOffOnlyTheLastFullStop)
{
    EXPECT_EQ(tokens("It works. It stays."), "It|works.|It|stays|.");
    EXPECT_EQ(tokens("Well... fine (mostly.)"), "Well|...|fine|(|mostly|.|)");
}

TEST(WordTokens, KeepNumbersAndCutMoney)
{
    EXPECT_EQ(tokens("cost $3.88, i.e. 3,36 euros"), "cost|$|3.88|,|i.e.|3,36|euros");
}

TEST(WordTokens, CutContractions)
{
    EXPECT_EQ(tokens("I don't, she'll, it's; cannot"), "I|do|n't|,|she|'ll|,|it|'s|;|can|not");
    EXPECT_EQ(tokens("gonna wanna go"), "gon|na|wan|na|go");
    EXPECT_EQ(tokens("so 'tis true"), "so|'|tis|true"); // the opening quote is cut off first
}

TEST(WordTokens, KnowQuotesOfAllKinds)
{
    EXPECT_EQ(tokens("\"Great\" she said (\"so\")"), "``|Great|''|she|said|(|``|so|''|)");
    EXPECT_EQ(tokens("“nice”—really"), "“|nice|”|—|really");
}

} // namespace
} // namespace nextquill::evaluate
