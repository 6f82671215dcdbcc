// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PreTokenizer.h"

#include "core/base/Error.h"
#include "core/text/TokenizerDefinition.h"

#include <gtest/gtest.h>

#include <string>

namespace nextquill::text {
namespace {

std::string split(const std::vector<PreTokenizerStep>& steps, const std::string& text)
{
    AlignedText aligned{text, 0};
    std::vector<ByteRange> pieces;
    PreTokenizer{steps}.cut(aligned, pieces);
    std::string shown;
    for (const ByteRange& piece : pieces) {
        shown += '[' + std::string{aligned.text().substr(piece.begin, piece.size())} + ']';
    }
    return shown;
}

std::string split(const char* name, const std::string& text)
{
    return split(preTokenizerNamed(name).value(), text);
}

constexpr auto gpt2 = "gpt-2";
constexpr auto smolLm = "smollm";
constexpr auto llama3 = "llama-bpe";
constexpr auto qwen2 = "qwen2";
constexpr auto gpt4o = "gpt-4o";
constexpr auto tekken = "tekken";
constexpr auto deepSeek3 = "deepseek-v3";

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

TEST(PreTokenizer, WordsAreCutWhereCapitalsBeginInTheCasedPatterns)
{
    EXPECT_EQ(split(tekken, "fooBarBAZqux HTMLPage"), "[foo][Bar][BAZqux][ HTMLPage]");
    EXPECT_EQ(split(tekken, "日本ABC日x"), "[日本ABC日x]"); // ideographs count as both
    EXPECT_EQ(split(tekken, "\u0301ABC"), "[\u0301][ABC]");
    EXPECT_EQ(split(tekken, "we'll 123"), "[we]['ll][ ][1][2][3]");
    EXPECT_EQ(split(gpt4o, "we'LL 1234"), "[we'LL][ ][123][4]");
    EXPECT_EQ(split(gpt4o, "a/\n/b //\r/"), "[a][/\n/][b][ //\r/]");
}

TEST(PreTokenizer, DeepSeekCutsNumbersAndIdeographsFirst)
{
    EXPECT_EQ(split(deepSeek3, "ab 12345 漢字かな!x"), "[ab][ ][123][45][ ][漢字かな][!x]");
    EXPECT_EQ(split(deepSeek3, "#tag ## \x01\x02y."), "[#tag][ ##][ ][\x01][\x02y][.]");
    EXPECT_EQ(split("deepseek-llm", "Hi you,  12\n한x \n"),
              "[Hi][ you][,][  ][1][2][\n][한][x][ ][\n]");
    EXPECT_EQ(split("deepseek-coder", "a_b c (d)"), "[a][_][b][ c][ (][d][)]");
}

PreTokenizerStep splitStep(const char* pattern, SplitBehavior behavior, bool invert = false)
{
    return {.kind = PreTokenizerStep::Kind::Split,
            .pattern = pattern,
            .behavior = behavior,
            .invert = invert};
}

TEST(PreTokenizer, MatchesGoWhereTheirBehaviorSays)
{
    const auto at = [](SplitBehavior behavior, bool invert = false) {
        return split({splitStep("-", behavior, invert)}, "-a--b-");
    };
    EXPECT_EQ(at(SplitBehavior::Isolated), "[-][a][-][-][b][-]");
    EXPECT_EQ(at(SplitBehavior::Removed), "[a][b]");
    EXPECT_EQ(at(SplitBehavior::MergedWithPrevious), "[-][a-][-][b-]");
    EXPECT_EQ(at(SplitBehavior::MergedWithNext), "[-a][-][-b][-]");
    EXPECT_EQ(at(SplitBehavior::Contiguous), "[-][a][--][b][-]");
    EXPECT_EQ(at(SplitBehavior::Removed, true), "[-][-][-][-]");
    EXPECT_EQ(split({splitStep(" ", SplitBehavior::MergedWithPrevious)}, "a b  c"),
              "[a ][b ][ ][c]");
}

TEST(PreTokenizer, MetaspacePutsItsMarkAndCutsBeforeEach)
{
    const auto metaspace = [](PrependScheme prepend, bool cuts) {
        return std::vector<PreTokenizerStep>{{.kind = PreTokenizerStep::Kind::Metaspace,
                                              .pattern = spaceMark,
                                              .prepend = prepend,
                                              .split = cuts}};
    };
    EXPECT_EQ(split(metaspace(PrependScheme::Always, true), "a  b"), "[▁a][▁][▁b]");
    EXPECT_EQ(split(metaspace(PrependScheme::Always, true), " a▁b"), "[▁a][▁b]");
    EXPECT_EQ(split(metaspace(PrependScheme::Never, true), "a b"), "[a][▁b]");
    EXPECT_EQ(split(metaspace(PrependScheme::First, false), "a b"), "[▁a▁b]");
}

TEST(PreTokenizer, WhiteSpaceVanishesAndNumbersStandTogether)
{
    EXPECT_EQ(split({{.kind = PreTokenizerStep::Kind::Whitespace}}, " a\u3000b\n"), "[a][b]");
    EXPECT_EQ(split({{.kind = PreTokenizerStep::Kind::Digits, .individual = false}}, "a12b3"),
              "[a][12][b][3]");
}

TEST(PreTokenizer, RunsOfAnySetAreMatched)
{
    const auto run = [](const char* regex, const char* text) {
        return split({{.kind = PreTokenizerStep::Kind::Split, .pattern = regex, .isRegex = true}},
                     text);
    };
    EXPECT_EQ(run("[a-c\\-x]+", "ab-dx"), "[ab-][d][x]");
    EXPECT_EQ(run("[^a\\n]+", "bcaa\nd"), "[bc][aa\n][d]");
    EXPECT_EQ(run("\\s?[!?]+", "a !? !b"), "[a][ !?][ !][b]");
    EXPECT_EQ(run("\\p{N}{2,3}", "1a23b4567"), "[1a][23][b][456][7]");
    EXPECT_EQ(run("\\s+$", "a  \n \nb  "),
              "[a][  \n ][\nb][  ]"); // $ is also before a line's end
    EXPECT_EQ(run("[\\p{L}_]", "a_1"), "[a][_][1]");
}

TEST(PreTokenizer, OtherExpressionsAreRefused)
{
    for (const char* regex : {"(a+)+$", "[a", "a", "[a]*", "[a]{0,2}", "[a&&b]", "[[a]]", "\\d+",
                              "[a-\\d]", "\\p{Greek}+", "[z-a]", "[a]+x", "\\s?[a]+$", "\\s?", "",
                              "[\\x41]+", "[a]{9999999999999999999999}"}) {
        EXPECT_THROW(
            PreTokenizer(
                {{.kind = PreTokenizerStep::Kind::Split, .pattern = regex, .isRegex = true}}),
            Error)
            << regex;
    }
    EXPECT_THROW(PreTokenizer({PreTokenizerStep{}, {.kind = PreTokenizerStep::Kind::Digits}}),
                 Error);
    EXPECT_THROW(PreTokenizer({splitStep("", SplitBehavior::Isolated)}), Error);
}

// A matcher that looked back or ahead further than its run would take hours for these.
TEST(PreTokenizer, LongRunsTakeTimeThatIsLinearInThem)
{
    constexpr std::size_t length = 3'000'000;
    for (const char* name : {"gpt-2", "smollm", "llama-bpe", "qwen35", "gpt-4o", "tekken",
                             "deepseek-v3", "deepseek-llm", "deepseek-coder"}) {
        for (const char* unit : {" ", "\n", "a", "A", "1", "!", "'", "aB", " \n", "日A"}) {
            std::string text = "x";
            while (text.size() < length) {
                text += unit;
            }
            EXPECT_FALSE(split(name, text + "x").empty());
        }
    }
}

TEST(PreTokenizer, GgufNamesAreKnownOrNot)
{
    for (const char* name : {"smollm", "qwen2", "llama-bpe", "gpt-2", "tekken", "gpt-4o",
                             "deepseek-v3", "deepseek-llm", "deepseek-coder", "llama4"}) {
        EXPECT_TRUE(preTokenizerNamed(name).has_value()) << name;
    }
    EXPECT_FALSE(preTokenizerNamed("default").has_value());
    EXPECT_FALSE(preTokenizerNamed("").has_value());
}

} // namespace
} // namespace nextquill::text
