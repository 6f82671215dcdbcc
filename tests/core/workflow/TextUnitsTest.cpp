// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TextUnits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace nextquill::workflow {
namespace {

causal::TokenEffect token(std::size_t begin, std::size_t end, float pce = 0)
{
    return {.bytes = ByteRange{begin, end}, .p_h = pce};
}

/// Units cover the text once, in order, and each is of whole characters.
void expectCover(std::string_view text, const std::vector<TextUnit>& units)
{
    std::size_t at = 0;
    for (const TextUnit& unit : units) {
        EXPECT_EQ(unit.bytes.begin, at);
        EXPECT_GT(unit.bytes.end, unit.bytes.begin);
        EXPECT_GE(unit.tokens, 1U);
        at = unit.bytes.end;
        const bool whole =
            at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
        EXPECT_TRUE(whole) << "a unit ends in a character, at byte " << at;
    }
    EXPECT_EQ(at, text.size());
}

TEST(TextUnits, AreTheTokensOfPlainText)
{
    const std::string text = "good book";
    const causal::PreferenceEffects effects{{token(0, 4), token(4, 9), {}}};
    const auto units = textUnits(text, effects);
    ASSERT_EQ(units.size(), 2U);
    expectCover(text, units);
    EXPECT_EQ(units[1].firstToken, 1U);
}

TEST(TextUnits, JoinTheTokensOfOneCharacter)
{
    const std::string text = "a\xf0\x9f\x98\x80 b"; // an emoji of four tokens
    const causal::PreferenceEffects effects{
        {token(0, 1), token(1, 2), token(2, 3), token(3, 4), token(4, 5), token(5, 7)}};
    const auto units = textUnits(text, effects);
    ASSERT_EQ(units.size(), 3U);
    expectCover(text, units);
    EXPECT_EQ(units[1].firstToken, 1U);
    EXPECT_EQ(units[1].tokens, 4U);
    EXPECT_EQ(units[2].firstToken, 5U);
}

TEST(TextUnits, JoinTokensThatShareACharactersBytes)
{
    // Tokenizers may give each part of a character the range of the whole one.
    const std::string text = "x\xc3\xa9y";
    const causal::PreferenceEffects effects{{token(0, 1), token(1, 3), token(1, 3), token(3, 4)}};
    const auto units = textUnits(text, effects);
    ASSERT_EQ(units.size(), 3U);
    expectCover(text, units);
    EXPECT_EQ(units[1].tokens, 2U);
}

TEST(TextUnits, GiveBytesOfNoTokenToAUnit)
{
    const std::string text = " ab cd ";
    const causal::PreferenceEffects effects{{token(1, 3), token(4, 6)}};
    expectCover(text, textUnits(text, effects));
}

TEST(TextUnits, StayWithinTheText)
{
    const causal::PreferenceEffects effects{{token(0, 2), token(2, 50), token(60, 70)}};
    expectCover("abc", textUnits("abc", effects));
    EXPECT_TRUE(textUnits("", {}).empty());
}

TEST(TextUnits, HaveTheMeanEffectOfTheirTokens)
{
    const causal::PreferenceEffects effects{{token(0, 1, 0.2F), token(0, 1, 0.4F)}};
    const auto units = textUnits("a", effects);
    ASSERT_EQ(units.size(), 1U);
    EXPECT_NEAR(meanPce(units[0], effects), 0.3, 1e-6);
}

TEST(TextUnits, KeepCharactersThatAreDrawnAsOneTogether)
{
    const std::string text = "ae\xcc\x81x"; // a, e with an accent of its own, x
    const causal::PreferenceEffects effects{{token(0, 1), token(1, 2), token(2, 4), token(4, 5)}};
    const auto units = textUnits(text, effects);
    ASSERT_EQ(units.size(), 3U);
    expectCover(text, units);
    EXPECT_EQ(units[1].tokens, 2U);
}

TEST(TextUnits, AreWords)
{
    const std::string text = "A killer, end.";
    const causal::PreferenceEffects effects{
        {token(0, 1), token(1, 6), token(6, 8), token(8, 9), token(9, 13), token(13, 14)}};
    const auto words = textUnits(text, effects, UnitKind::Word);
    expectCover(text, words);
    ASSERT_EQ(words.size(), 5U); // A, killer, comma, end, stop
    EXPECT_EQ(words[1].bytes, (ByteRange{1, 8}));
    EXPECT_EQ(words[1].firstToken, 1U);
    EXPECT_EQ(words[1].tokens, 2U);
}

TEST(TextUnits, AreSentences)
{
    const std::string text = "It is good. Read it! Now";
    const causal::PreferenceEffects effects{{token(0, 2), token(2, 10), token(10, 11),
                                             token(11, 16), token(16, 19), token(19, 20),
                                             token(20, 24)}};
    const auto sentences = textUnits(text, effects, UnitKind::Sentence);
    expectCover(text, sentences);
    ASSERT_EQ(sentences.size(), 3U);
    EXPECT_EQ(sentences[0].bytes, (ByteRange{0, 11}));
    EXPECT_EQ(sentences[1].tokens, 3U);
}

TEST(TextUnits, AreWordsOfScriptsWithoutSpaces)
{
    const std::string text = "\xe5\x96\x9c\xe6\xac\xa2\xe4\xb9\xa6"; // like, like, book
    const causal::PreferenceEffects effects{{token(0, 3), token(3, 6), token(6, 9)}};
    const auto words = textUnits(text, effects, UnitKind::Word);
    ASSERT_EQ(words.size(), 2U);
    EXPECT_EQ(words[0].tokens, 2U);
}

TEST(TextUnits, CoverTheTextWhateverTheyAre)
{
    const std::string text = "  \n\n a\xf0\x9f\x98\x80 b.\n";
    for (const UnitKind kind : {UnitKind::Token, UnitKind::Word, UnitKind::Sentence}) {
        causal::PreferenceEffects effects;
        for (std::size_t i = 0; i < text.size(); ++i) {
            effects.tokens.push_back(token(i, i + 1));
        }
        const auto units = textUnits(text, effects, kind);
        expectCover(text, units);
        std::size_t tokens = 0;
        for (const TextUnit& unit : units) {
            EXPECT_EQ(unit.firstToken, tokens);
            tokens += unit.tokens;
        }
        EXPECT_EQ(tokens, text.size());
        EXPECT_EQ(unitCalled(name(kind)), kind);
    }
}

TEST(TextUnits, AddUpWhatAddsUp)
{
    causal::TokenEffect a = token(0, 1, 0.2F);
    causal::TokenEffect b = token(1, 2, 0.4F);
    a.logp_h = 1;
    b.logp_h = 2;
    const causal::PreferenceEffects effects{{a, b}};
    const TextUnit both{.bytes = {0, 2}, .firstToken = 0, .tokens = 2};
    EXPECT_NEAR(unitValue(both, effects, EffectMeasure::Pce), 0.3, 1e-6);
    EXPECT_NEAR(unitValue(both, effects, EffectMeasure::LogRatio), 3 / std::log(2.0), 1e-5);
}

} // namespace
} // namespace nextquill::workflow
