// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/WordClass.h"

#include <gtest/gtest.h>

#include <string>

namespace nextquill::curate {
namespace {

/// The class of the last place where `piece` stands.
std::string classIn(const std::string& text, const std::string& piece)
{
    const std::size_t at = text.rfind(piece);
    return std::string{nameOf(WordClasses{text}.of({.begin = at, .end = at + piece.size()}))};
}

TEST(WordClasses, TellContentFromFunctionWords)
{
    const std::string text = "It's the best Kettle I've had, and they don’t leak.";
    EXPECT_EQ(classIn(text, "It's"), "function words");
    EXPECT_EQ(classIn(text, " the"), "function words");
    EXPECT_EQ(classIn(text, " best"), "content words");
    EXPECT_EQ(classIn(text, " Kettle"), "content words");
    EXPECT_EQ(classIn(text, "’t"), "function words"); // a part of "don’t"
    EXPECT_EQ(classIn(text, "ettle"), "content words");
    EXPECT_EQ(classIn(text, "."), "punctuation and signs");
}

TEST(WordClasses, NumbersAreWordsThatBeginWithADigitOfAnyScript)
{
    EXPECT_EQ(classIn("bought 12 of them", " 12"), "numbers");
    EXPECT_EQ(classIn("my 3rd one", "rd"), "numbers");
    EXPECT_EQ(classIn("\u0664 stars", "\u0664"), "numbers");
    EXPECT_EQ(classIn("Vol. \u2163", "\u2163"), "numbers");
    EXPECT_EQ(classIn("mp3 player", "mp3"), "content words");
}

TEST(WordClasses, OtherScriptsAndSignsGoByUnicode)
{
    EXPECT_EQ(classIn("\u5f88\u597d\u3002", "\u597d"), "content words");
    EXPECT_EQ(classIn("\u5f88\u597d\u3002", "\u3002"), "punctuation and signs");
    EXPECT_EQ(classIn("\u062c\u064a\u062f", "\u062c"), "content words");
    EXPECT_EQ(classIn("good \U0001f600", "\U0001f600"), "punctuation and signs");
    EXPECT_EQ(classIn("a\n\nb", "\n\n"), "white space");
}

TEST(WordClasses, APieceOverSeveralWordsHasTheFirstOnesClass)
{
    EXPECT_EQ(classIn("of killer bass", "of killer"), "function words");
    EXPECT_EQ(classIn("killer of bass", "killer of"), "content words");
    EXPECT_EQ(classIn("", ""), "white space");
}

} // namespace
} // namespace nextquill::curate
