// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TextSummary.h"

#include "core/causal/StrengthLikelihood.h"

#include "tests/core/workflow/SampleProject.h"

#include <array>
#include <cmath>

namespace nextquill::workflow {
namespace {

TEST(TextSummary, SaysTheSumOfBitsInWords)
{
    EXPECT_EQ(meaningOfBits(18.2),
              "this text is 2^18 times likelier for someone with this history");
    EXPECT_EQ(meaningOfBits(3.6), "this text is 12 times likelier for someone with this history");
    EXPECT_EQ(meaningOfBits(1), "this text is 2.0 times likelier for someone with this history");
    EXPECT_EQ(meaningOfBits(-11.7),
              "this text is 2^12 times less likely for someone with this history");
    EXPECT_EQ(meaningOfBits(-0.3),
              "this text is about as likely for someone with this history as for anyone");
}

TEST(TextSummary, SumsBitsAndComparesWithTheItem)
{
    causal::PreferenceEffects effects;
    effects.tokens = {{.logp_h = -1, .logp_0 = -3}, {.logp_h = -2, .logp_0 = -1}};
    const TextSummary summary =
        textSummary(effects, "I like Miles, not Chet.", {.title = "Blue by Miles"});
    EXPECT_NEAR(summary.bits, 1 / std::log(2.0), 1e-6);
    EXPECT_EQ(summary.facts.kept.at(0).text, "Miles");
    EXPECT_EQ(summary.facts.invented.at(0).text, "Chet");
    const std::vector<std::string> sentences = sentencesOf(summary);
    EXPECT_EQ(sentences.at(0), "This text is 2.7 times likelier for someone with this history "
                               "(+1.4 bits over 2 tokens).");
    EXPECT_EQ(sentences.at(1), "From the item it has Miles.");
    EXPECT_EQ(sentences.at(2), "Names and numbers that the item does not have: Chet.");
    EXPECT_EQ(sentences.at(3), "The item alone has Blue.");
}

TEST(TextSummary, LeadsToThePlacesOfNamesAndCountsThoseThatItDoesNotList)
{
    TextSummary summary;
    summary.facts.kept = {{.text = "Miles", .bytes = {.begin = 7, .end = 12}},
                          {.text = "1959", .bytes = {.begin = 20, .end = 24}, .isNumber = true},
                          {.text = "Davis", .bytes = {.begin = 30, .end = 35}}};
    const std::vector<EffectSentence> sentences = linkedSentencesOf(summary, 2);
    ASSERT_EQ(sentences.size(), 2U); // nothing was invented, nothing is missing
    EXPECT_EQ(sentences[1].text(), "From the item it has Miles, 1959 and 1 more.");
    std::vector<SentenceTarget> places;
    for (const SentencePiece& piece : sentences[1].pieces) {
        if (piece.target) {
            places.push_back(*piece.target);
        }
    }
    using Kind = SentenceTarget::Kind;
    EXPECT_EQ(places, (std::vector<SentenceTarget>{{Kind::Place, 7}, {Kind::Place, 20}}));
}

TEST(LikeliestStrength, IsTheTopOfTheParabola)
{
    const std::array strengths{0.0, 0.5, 1.0, 1.5, 2.0};
    std::array<double, 5> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = -7 - 3 * std::pow(strengths[i] - 1.3, 2);
    }
    const LikeliestStrength found = likeliestStrength(strengths, values);
    EXPECT_NEAR(found.strength, 1.3, 1e-9);
    EXPECT_NEAR(found.bits, 3 * 0.09 / std::log(2.0), 1e-9);
    EXPECT_FALSE(found.isAtEdge);

    const std::array rising{0.0, 1.0, 2.0, 3.0, 4.0};
    const LikeliestStrength edge = likeliestStrength(strengths, rising);
    EXPECT_DOUBLE_EQ(edge.strength, 2);
    EXPECT_TRUE(edge.isAtEdge);
}

class StrengthOfAText : public testing::SampleProject
{
};

TEST_F(StrengthOfAText, HasTheTwoWorldsAtZeroAndOne)
{
    const auto decoder = this->decoder();
    const ExampleSettings settings{.budget = {.promptTokens = 300}, .target = {.targetTokens = 40}};
    const std::array examples{twinExampleFor(example(4), decoder->files(), settings)};
    const auto effects =
        causal::measurePreferenceEffects(*decoder, examples, {}, {}, m_progress)[0];
    double with = 0;
    double without = 0;
    for (const causal::TokenEffect& token : effects.tokens) {
        with += double{token.logp_h};
        without += double{token.logp_0};
    }

    const std::array strengths{-1.0, 0.0, 0.5, 1.0, 2.0};
    const std::vector<double> sums =
        causal::strengthLikelihoods(*decoder, examples[0], strengths, {}, m_progress);
    ASSERT_EQ(sums.size(), strengths.size());
    EXPECT_NEAR(sums[1], without, 1e-4 * std::abs(without));
    EXPECT_NEAR(sums[3], with, 1e-4 * std::abs(with));
    EXPECT_GE(sums[2], (sums[1] + sums[3]) / 2);       // concave
    EXPECT_LE(sums[4], sums[3] + (sums[3] - sums[1])); // no higher than the line goes on
}

} // namespace
} // namespace nextquill::workflow
