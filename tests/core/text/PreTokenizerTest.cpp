// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PreTokenizer.h"

#include <gtest/gtest.h>

#include <string>

namespace nextquill::text {
namespace {

std::string split(PreTokenizerKind kind, const std::string& text)
{
    std::string shown;
    for (const ByteRange& piece : splitPieces(kind, text)) {
        shown += '[' + text.substr(piece.begin, piece.size()) + ']';
    }
    return shown;
}

constexpr auto gpt2 = PreTokenizerKind::Gpt2;
constexpr auto smolLm = PreTokenizerKind::SmolLm;
constexpr auto llama3 = PreTokenizerKind::Llama3;
constexpr auto qwen2 = PreTokenizerKind::Qwen2;

TEST(PreTokenizer, TheLastSpaceBeforeAWordGoesWithIt)
{
    EXPECT_EQ(split(gpt2, "a   b"), "[a][  ][ b]");
    EXPECT_EQ(split(gpt2, "a  \n!"), "[a][  ][\n][!]");
    EXPECT_EQ(split(gpt2, "a   "), "[a][   ]");
    EXPECT_EQ(split(qwen2, "a   b"), "[a][  ][ b]");
    EXPECT_EQ(split(qwen2, "a\t b"), "[a][\t][ b]");
}

TEST(PreTokenizer, LineEndsCloseRunsInTheNewPatterns)
{
    EXPECT_EQ(split(qwen2, "a \n\n  b"), "[a][ \n\n][ ][ b]");
    EXPECT_EQ(split(qwen2, "end.\r\n\nb"), "[end][.\r\n\n][b]");
    EXPECT_EQ(split(gpt2, "end.\n\nb"), "[end][.][\n][\n][b]");
}

TEST(PreTokenizer, ContractionsIgnoreCaseInTheNewPatternsOnly)
{
    EXPECT_EQ(split(gpt2, "it's IT'S 'tis"), "[it]['s][ IT]['][S][ '][tis]");
    EXPECT_EQ(split(qwen2, "IT'S we'Ll x'RE it'\u017f"),
              "[IT]['S][ we]['Ll][ x]['RE][ it]['\u017f]");
    EXPECT_EQ(split(qwen2, "it'\u017fx"), "[it]['\u017f][x]"); // the long s folds to s
    EXPECT_EQ(split(gpt2, "'"), "[']");
    EXPECT_EQ(split(qwen2, "'r"), "['r]");
}

TEST(PreTokenizer, NumbersAreTakenAsTheKindSays)
{
    EXPECT_EQ(split(gpt2, "x 1234½"), "[x][ 1234½]");
    EXPECT_EQ(split(smolLm, "x  12Ⅷ."), "[x][  ][1][2][Ⅷ][.]");
    EXPECT_EQ(split(llama3, "x 1234567"), "[x][ ][123][456][7]");
    EXPECT_EQ(split(qwen2, "x 12"), "[x][ ][1][2]");
}

TEST(PreTokenizer, OneForeignCharacterGoesBeforeAWordInTheNewPatterns)
{
    EXPECT_EQ(split(qwen2, "(word ((word \tword 1word"),
              "[(word][ ((][word][ ][\tword][ ][1][word]");
    EXPECT_EQ(split(qwen2, "\nword"), "[\n][word]");
}

TEST(PreTokenizer, EveryUnicodeSpaceIsOneAndAFormatCharacterIsNot)
{
    for (const char* space : {"\t", "\v", "\f", "\u0085", "\u00a0", "\u1680", "\u2003", "\u2028",
                              "\u202f", "\u205f", "\u3000"}) {
        EXPECT_EQ(split(gpt2, std::string{"a"} + space + "!"),
                  std::string{"[a]["} + space + "][!]");
    }
    for (const char* other : {"\x1c", "\u180e", "\u200b", "\u2060", "\ufeff"}) {
        EXPECT_EQ(split(gpt2, std::string{"a"} + other + "!"), std::string{"[a]["} + other + "!]");
    }
}

TEST(PreTokenizer, GgufNamesAreKnownOrNot)
{
    EXPECT_EQ(preTokenizerNamed("smollm"), smolLm);
    EXPECT_EQ(preTokenizerNamed("qwen2"), qwen2);
    EXPECT_EQ(preTokenizerNamed("llama-bpe"), llama3);
    EXPECT_EQ(preTokenizerNamed("gpt-2"), gpt2);
    EXPECT_EQ(preTokenizerNamed("default"), std::nullopt);
    EXPECT_EQ(preTokenizerNamed(""), std::nullopt);
}

} // namespace
} // namespace nextquill::text
