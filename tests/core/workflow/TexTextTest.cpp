// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TexText.h"

#include "core/workflow/Figure.h"

#include "tests/core/workflow/SampleInspection.h"

#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;

TEST(TexTextTest, EscapesWhatMeansSomething)
{
    EXPECT_EQ(escapedForTex("50 % of $x_1^2$ & {a} #~\\"),
              "50 \\% of \\$x\\_1\\textasciicircum{}2\\$ \\& \\{a\\} \\#\\textasciitilde{}"
              "\\textbackslash{}");
    EXPECT_EQ(escapedForTex("a--b `c' \"d\""),
              "a-{}-{}b \\textasciigrave{}c\\textquotesingle{} \\textquotedbl{}d\\textquotedbl{}");
    EXPECT_EQ(escapedForTex("Łódź − naïve…"), "Łódź \\ensuremath{-} naïve…");
}

TEST(TexTextTest, NamesAndKeepsWhatPdflatexHasNoLettersFor)
{
    EXPECT_EQ(escapedForTex("书 好"), "\\nqcjk{U+4E66}{书} \\nqcjk{U+597D}{好}");
    EXPECT_EQ(escapedForTex("好书"), "\\nqcjk{U+597D U+4E66}{好书}");
    EXPECT_EQ(escapedForTex("بي"), "\\nqrtl{U+0628 U+064A}{بي}");
    EXPECT_EQ(escapedForTex("ж"), "\\nqletter{U+0436}{ж}");
}

TEST(TexTextTest, KnowsDirectionsAndJoins)
{
    EXPECT_TRUE(isParagraphRightToLeft("12 بي a"));
    EXPECT_FALSE(isParagraphRightToLeft("a بي"));
    EXPECT_FALSE(isRightToLeft("12", true)) << "numbers go from left to right";
    EXPECT_TRUE(isRightToLeft(".", true));
    const std::string_view joined = "ببب a";
    EXPECT_TRUE(joinsBefore(joined, 2));
    EXPECT_FALSE(joinsBefore(joined, 0));
    EXPECT_FALSE(joinsBefore(joined, 6));
    EXPECT_FALSE(joinsBefore("ab", 1));
}

TEST(TexTextTest, JoinedLettersShareABox)
{
    const std::string tex = figureTex(inspectionOf({"كتا", "ب", " ok"}, {0.01F, 0.3F, 0.0F}));
    EXPECT_THAT(tex, HasSubstr("{كتاب}}"));
    EXPECT_THAT(tex, HasSubstr("\\nqline{\\nqrtl{U+0643 U+062A U+0627 U+0628}"));
}

} // namespace
} // namespace nextquill::workflow
