// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/EffectScore.h"

#include "core/study/SyntheticUsers.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nextquill::study {
namespace {

store::KeptToken token(std::size_t begin, std::size_t end, double p_h, double p_0)
{
    return {.bytes = ByteRange{.begin = begin, .end = end},
            .logp_h = static_cast<float>(std::log(p_h)),
            .logp_0 = static_cast<float>(std::log(p_0))};
}

/// "ab cd": two words.
const std::vector<TrueWord> twoWords{
    {.bytes = {.begin = 0, .end = 2}, .p_h = 0.5, .p_0 = 0.25, .preference = true},
    {.bytes = {.begin = 3, .end = 5}, .p_h = 0.4, .p_0 = 0.4}};

TEST(EffectScore, TokensOfAWordAreMultiplied)
{
    const std::vector<store::KeptToken> tokens{token(0, 1, 0.5, 0.5),
                                               token(1, 2, 0.8, 0.2),
                                               token(2, 5, 0.3, 0.1),
                                               {.token = 2, .logp_h = -1, .logp_0 = -2}};
    const auto effects = wordEffects(twoWords, tokens);
    ASSERT_EQ(effects.size(), 2);
    EXPECT_NEAR(effects[0].estimate, 0.4 - 0.1, 1e-6);
    EXPECT_NEAR(effects[0].truth, 0.25, 1e-12);
    EXPECT_TRUE(effects[0].preference);
    EXPECT_NEAR(effects[1].estimate, 0.2, 1e-6);
    EXPECT_NEAR(effects[1].truth, 0, 1e-12);
    EXPECT_FALSE(effects[1].preference);
}

TEST(EffectScore, WordsThatShareATokenAreOne)
{
    const std::vector<store::KeptToken> tokens{token(0, 1, 0.5, 0.5), token(1, 4, 0.8, 0.2),
                                               token(4, 5, 1, 1)};
    const auto effects = wordEffects(twoWords, tokens);
    ASSERT_EQ(effects.size(), 1);
    EXPECT_NEAR(effects[0].estimate, 0.4 - 0.1, 1e-6);
    EXPECT_NEAR(effects[0].truth, 0.5 * 0.4 - 0.25 * 0.4, 1e-12);
    EXPECT_TRUE(effects[0].preference);
}

TEST(EffectScore, WordsOfATextThatWasCutAreLeftOut)
{
    EXPECT_EQ(wordEffects(twoWords, std::vector{token(0, 2, 0.5, 0.5), token(2, 4, 1, 1)}).size(),
              1);
    EXPECT_TRUE(wordEffects(twoWords, std::vector{token(0, 1, 0.5, 0.5)}).empty());
    EXPECT_TRUE(wordEffects({}, std::vector{token(0, 1, 0.5, 0.5)}).empty());
    EXPECT_TRUE(wordEffects(twoWords, {}).empty());
}

TEST(EffectScore, AreaUnderTheCurveIsTheOneCountedByHand)
{
    // Chosen 0.9, 0.4; others 0.8, 0.4, 0.1: 3 + (1/2 + 1) of 6 pairs.
    const std::vector<double> scores{0.9, 0.8, 0.4, 0.4, 0.1};
    EXPECT_DOUBLE_EQ(*areaUnderCurve(scores, {true, false, true, false, false}), 4.5 / 6);
    EXPECT_DOUBLE_EQ(*areaUnderCurve(scores, {true, true, false, false, false}), 1);
    EXPECT_DOUBLE_EQ(*areaUnderCurve(scores, {false, false, false, false, true}), 0);
    EXPECT_FALSE(areaUnderCurve(scores, std::vector<bool>(5, true)));
    EXPECT_FALSE(areaUnderCurve({}, {}));
}

TEST(EffectScore, ErrorsAreMeansOverTextsOfTheirWords)
{
    const std::vector<std::vector<WordEffect>> texts{
        {{.estimate = 0.5, .truth = 0.3, .preference = true}, {.estimate = -0.2, .truth = 0}},
        {{.estimate = 0.1, .truth = 0.5, .preference = true}},
        {}};
    const EffectScore score = scoreEffects(texts, 0.05, 1);
    EXPECT_EQ(score.texts, 2);
    EXPECT_EQ(score.words, 3);
    EXPECT_EQ(score.preferenceWords, 2);
    EXPECT_EQ(score.raisedWords, 2);
    EXPECT_NEAR(score.error.mean, (0.2 + 0.4) / 2, 1e-12);
    EXPECT_NEAR(score.errorOfNone, (0.15 + 0.5) / 2, 1e-12);
    EXPECT_DOUBLE_EQ(*score.aurocPreference, 0.5); // 0.5 is above |-0.2|, 0.1 below
    EXPECT_DOUBLE_EQ(*score.aurocRaised, 1);
    EXPECT_DOUBLE_EQ(*score.spearmanOfPreference, -1);
    EXPECT_DOUBLE_EQ(*score.pearsonOfPreference, -1);
}

/// A model that knows the truth, with a token a word and the space before it.
std::vector<store::KeptToken> oracle(const std::vector<TrueWord>& words)
{
    std::vector<store::KeptToken> tokens;
    for (const TrueWord& word : words) {
        tokens.push_back(token(tokens.empty() ? 0 : tokens.back().bytes->end, word.bytes.end,
                               word.p_h, word.p_0));
    }
    return tokens;
}

TEST(EffectScore, WhoKnowsTheTruthFindsEveryPreferenceAndErrsNowhere)
{
    const SyntheticWorld world = makeWorld({.users = 30, .reviews = 5, .items = 10});
    std::vector<std::vector<WordEffect>> known;
    std::vector<std::vector<WordEffect>> none;
    for (const SyntheticUser& user : world.users) {
        const auto effects = trueEffectsOf(world, user);
        for (std::size_t i = 1; i < effects.size(); ++i) { // the first has no history
            known.push_back(wordEffects(effects[i], oracle(effects[i])));
            none.push_back(known.back());
            for (WordEffect& word : none.back()) {
                word.estimate = 0;
            }
        }
    }
    const EffectScore score = scoreEffects(known, 0.05, 1);
    EXPECT_EQ(score.words, 30 * 4 * 23);
    EXPECT_EQ(score.preferenceWords, 30 * 4 * 8);
    EXPECT_GT(*score.aurocPreference, 0.999);
    EXPECT_GT(*score.aurocRaised, 0.999);
    EXPECT_GT(*score.pearson, 0.9999);
    EXPECT_LT(score.error.mean, 1e-6); // the project keeps float32
    EXPECT_GT(score.errorOfNone, 0.03);
    const EffectScore ofNone = scoreEffects(none, 0.05, 1);
    EXPECT_DOUBLE_EQ(*ofNone.aurocPreference, 0.5);
    EXPECT_FALSE(ofNone.pearson);
    EXPECT_DOUBLE_EQ(ofNone.error.mean, ofNone.errorOfNone);
}

} // namespace
} // namespace nextquill::study
