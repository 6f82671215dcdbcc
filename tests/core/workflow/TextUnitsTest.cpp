// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TextUnits.h"

#include <gtest/gtest.h>

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

} // namespace
} // namespace nextquill::workflow
