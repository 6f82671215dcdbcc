// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/Sampler.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace nextquill::generate {
namespace {

constexpr float minusInfinity = -std::numeric_limits<float>::infinity();
constexpr int draws = 20'000;
constexpr double tolerance = 0.015; // more than four standard errors of a share at so many draws

/// Scores of the probabilities 0.5, 0.3, 0.15, 0.05, out of order.
std::vector<float> someScores()
{
    return {std::log(0.15F), std::log(0.5F), std::log(0.05F), std::log(0.3F)};
}

/// How often each token is drawn.
std::vector<double> shares(const GenerationSettings& settings, const std::vector<float>& scores)
{
    Sampler sampler{settings};
    std::vector<double> counts(scores.size());
    for (int i = 0; i < draws; ++i) {
        counts[static_cast<std::size_t>(sampler.choose(scores))] += 1.0 / draws;
    }
    return counts;
}

void expectShares(const std::vector<double>& found, const std::vector<double>& expected)
{
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(found[i], expected[i], expected[i] == 0 ? 0 : tolerance) << "token " << i;
    }
}

GenerationSettings plain()
{
    return {.temperature = 1, .topP = 1, .seed = 7};
}

TEST(Sampler, GreedyTakesTheLikeliestAndTheFirstOfEquals)
{
    GenerationSettings settings;
    settings.greedy = true;
    Sampler sampler{settings};
    EXPECT_EQ(static_cast<int>(sampler.choose(someScores())), 1);
    EXPECT_EQ(static_cast<int>(sampler.choose(std::array{0.0F, 2.0F, 2.0F})), 1);
}

TEST(Sampler, DrawsFromTheSoftmaxAtTemperatureOne)
{
    expectShares(shares(plain(), someScores()), {0.15, 0.5, 0.05, 0.3});
}

TEST(Sampler, TemperatureTakesTheRootOfProbabilities)
{
    GenerationSettings settings = plain();
    settings.temperature = 0.5; // squares: 0.0225, 0.25, 0.0025, 0.09 of 0.365
    expectShares(shares(settings, someScores()),
                 {0.0225 / 0.365, 0.25 / 0.365, 0.0025 / 0.365, 0.09 / 0.365});
}

TEST(Sampler, TopKKeepsTheKLikeliest)
{
    GenerationSettings settings = plain();
    settings.topK = 2;
    expectShares(shares(settings, someScores()), {0, 0.625, 0, 0.375});
    settings.topK = 100; // more than there are
    expectShares(shares(settings, someScores()), {0.15, 0.5, 0.05, 0.3});
}

TEST(Sampler, TopPKeepsTheSmallestSetThatReachesIt)
{
    GenerationSettings settings = plain();
    settings.topP = 0.7; // 0.5 is too little, 0.8 enough
    expectShares(shares(settings, someScores()), {0, 0.625, 0, 0.375});
    settings.topP = 1e-9; // one token is always kept
    expectShares(shares(settings, someScores()), {0, 1, 0, 0});
}

TEST(Sampler, TopPCountsWhatTopKLeft)
{
    GenerationSettings settings = plain();
    settings.topK = 3;
    settings.topP = 0.8; // of 0.95: 0.76 is just reached by the first two, 0.8
    expectShares(shares(settings, someScores()), {0, 0.625, 0, 0.375});
    settings.topP = 0.9; // 0.855 needs the third
    expectShares(shares(settings, someScores()), {0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95});
}

TEST(Sampler, RepetitionPenaltyIsOnNewTokensOnly)
{
    GenerationSettings settings;
    settings.greedy = true;
    settings.repetitionPenalty = 2;
    Sampler sampler{settings};
    const std::array scores{-1.0F, 3.0F, 2.0F, -1.8F};
    EXPECT_EQ(static_cast<int>(sampler.choose(scores)), 1); // nothing is written yet: no penalty
    EXPECT_EQ(static_cast<int>(sampler.choose(scores)), 2); // 3 / 2 < 2
    EXPECT_EQ(static_cast<int>(sampler.choose(scores)), 1); // 3 / 2 > 2 / 2
    const std::array negative{-1.0F, -0.6F, -5.0F, -5.0F};  // -0.6 · 2 < -1
    EXPECT_EQ(static_cast<int>(sampler.choose(negative)), 0);
}

TEST(Sampler, TheSameSeedDrawsTheSameAndAnotherDoesNot)
{
    const auto sequence = [](std::uint64_t seed) {
        GenerationSettings settings = plain();
        settings.seed = seed;
        Sampler sampler{settings};
        std::vector<int> tokens;
        for (int i = 0; i < 64; ++i) {
            tokens.push_back(static_cast<int>(sampler.choose(someScores())));
        }
        return tokens;
    };
    EXPECT_EQ(sequence(3), sequence(3));
    EXPECT_NE(sequence(3), sequence(4));
}

TEST(Sampler, NeverTakesATokenWithoutAFiniteScore)
{
    const std::vector<float> scores{minusInfinity, 0, std::numeric_limits<float>::quiet_NaN(), 0};
    expectShares(shares(plain(), scores), {0, 0.5, 0, 0.5});
    Sampler sampler{plain()};
    EXPECT_THROW(static_cast<void>(sampler.choose(std::array{minusInfinity, minusInfinity})),
                 Error);
}

TEST(Sampler, RefusesSettingsThatMeanNothing)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double value : {0.0, -1.0, nan}) {
        GenerationSettings settings = plain();
        settings.temperature = value;
        EXPECT_THROW(Sampler{settings}, Error) << value;
        settings = plain();
        settings.topP = value;
        EXPECT_THROW(Sampler{settings}, Error) << value;
        settings = plain();
        settings.repetitionPenalty = value;
        EXPECT_THROW(Sampler{settings}, Error) << value;
    }
    GenerationSettings greedy = plain();
    greedy.greedy = true;
    greedy.temperature = 0; // unused then
    EXPECT_NO_THROW(Sampler{greedy});
}

TEST(Steered, FollowsTheFormula)
{
    const std::vector<float> logp_h{std::log(0.6F), std::log(0.3F), std::log(0.1F)};
    const std::vector<float> logp_0{std::log(0.2F), std::log(0.3F), std::log(0.5F)};
    for (const double strength : {-1.0, 0.0, 0.5, 1.0}) {
        const std::vector<float> scores = steered(logp_h, logp_0, strength);
        for (std::size_t v = 0; v < scores.size(); ++v) {
            EXPECT_NEAR(scores[v], logp_0[v] + strength * (logp_h[v] - logp_0[v]), 1e-6);
        }
    }
}

TEST(Steered, BeyondOneLeavesOnlyPlausibleTokens)
{
    // The last has less than a tenth of the likeliest with the history, but the greatest ratio.
    const std::vector<float> logp_h{std::log(0.6F), std::log(0.35F), std::log(0.05F)};
    const std::vector<float> logp_0{std::log(0.6F), std::log(0.3999F), std::log(0.0001F)};
    const std::vector<float> scores = steered(logp_h, logp_0, 3);
    EXPECT_EQ(scores[2], minusInfinity);
    EXPECT_NEAR(scores[1], logp_0[1] + 3 * (logp_h[1] - logp_0[1]), 1e-6);
    EXPECT_GT(steered(logp_h, logp_0, 1)[2], minusInfinity);
}

} // namespace
} // namespace nextquill::generate
