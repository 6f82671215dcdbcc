// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"

#include <gtest/gtest.h>

namespace nextquill {
namespace {

TEST(Utf8, KnowsWellFormedText)
{
    EXPECT_TRUE(isUtf8("aé漢🙂"));
    EXPECT_FALSE(isUtf8("\xc0\xaf"));         // overlong
    EXPECT_FALSE(isUtf8("\xed\xa0\x80"));     // surrogate
    EXPECT_FALSE(isUtf8("\xf4\x90\x80\x80")); // beyond U+10FFFF
    EXPECT_FALSE(isUtf8("a\xe6\xbc"));        // cut
}

// Example of the Unicode Standard, section 3.9, table 3-8.
TEST(Utf8, ReplacesEachMaximalSubpart)
{
    EXPECT_EQ(toUtf8("a\xf1\x80\x80\xe1\x80\xc2"
                     "b\x80"
                     "c\x80\xbf"
                     "d"),
              "a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd");
}

TEST(Utf8, CodePointsRoundTripThroughBothDirections)
{
    for (const char32_t c : {U'\0', U'a', U'\x7ff', U'\x800', U'\xffff', U'\x10000', U'\x10ffff'}) {
        std::string text;
        appendCodePoint(text, c);
        std::size_t position = 0;
        EXPECT_EQ(nextCodePoint(text, position), c);
        EXPECT_EQ(position, text.size());
    }
}

TEST(Utf8, CutsAtWordsAndNeverInsideACharacter)
{
    EXPECT_EQ(cutAtWord("one two three", 9), "one two");
    EXPECT_EQ(cutAtWord("one two", 7), "one two");
    EXPECT_EQ(cutAtWord("onetwothree", 5), "onetw");
    EXPECT_EQ(cutAtWord("ééé", 3), "é");
    EXPECT_EQ(cutAtWord("abc", 0), "");
}

TEST(Utf8, ShowsInvisibleCharacters)
{
    EXPECT_EQ(escapedForDisplay("a\u202eb\n\u00ad"), "a\\u{202e}b\\u{a}\\u{ad}");
    EXPECT_EQ(escapedForDisplay("abcdef", 3), "abc…");
}

TEST(Utf8, CollapsesWhiteSpace)
{
    EXPECT_EQ(collapseWhitespace("  a \t\n b  "), "a b");
    EXPECT_EQ(collapseWhitespace(" \n"), "");
}

} // namespace
} // namespace nextquill
