// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Sentences.h"

#include <gtest/gtest.h>

#include <string>

namespace nextquill::text {
namespace {

std::vector<std::string> cut(std::string_view text)
{
    std::vector<std::string> sentences;
    for (const ByteRange& range : sentencesOf(text)) {
        sentences.emplace_back(text.substr(range.begin, range.size()));
    }
    return sentences;
}

using Texts = std::vector<std::string>;

TEST(Sentences, EndWithTheirSpaces)
{
    EXPECT_EQ(cut("It is loud. I love it!  Would I buy it again? Yes"),
              (Texts{"It is loud. ", "I love it!  ", "Would I buy it again? ", "Yes"}));
    EXPECT_EQ(cut("One line\nanother line"), (Texts{"One line\n", "another line"}));
    EXPECT_EQ(cut("First.\n\nSecond."), (Texts{"First.\n\n", "Second."}));
}

TEST(Sentences, OfNumbersAndShortWordsStayWhole)
{
    EXPECT_EQ(cut("It costs 3.50 dollars, e.g. in the shop."),
              (Texts{"It costs 3.50 dollars, e.g. in the shop."}));
}

TEST(Sentences, OfOtherScriptsAreFound)
{
    EXPECT_EQ(cut("很好。我喜欢!下次再买?"), (Texts{"很好。", "我喜欢!", "下次再买?"}));
    EXPECT_EQ(cut("رائع جدا. هل تحبه؟ نعم"), (Texts{"رائع جدا. ", "هل تحبه؟ ", "نعم"}));
}

TEST(Sentences, AreTheWholeTextTogether)
{
    for (const std::string& text :
         {std::string{"  \n lead. Tail \n\n"}, std::string{"a\xff\xfe. b"}, std::string{"\xc3"},
          std::string{"Great 👩‍👩‍👧! Yes."}, std::string{"   "}, std::string{}}) {
        std::string joined;
        for (const std::string& sentence : cut(text)) {
            EXPECT_FALSE(sentence.empty());
            joined += sentence;
        }
        EXPECT_EQ(joined, text);
    }
    EXPECT_TRUE(cut("").empty());
}

} // namespace
} // namespace nextquill::text
