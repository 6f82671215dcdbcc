// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TokenLoss.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace nextquill::causal {
namespace {

TokenEffect effect(float p_h, float p_0, float js = 0)
{
    TokenEffect token;
    token.p_h = p_h;
    token.p_0 = p_0;
    token.logp_h = std::log(p_h);
    token.logp_0 = std::log(p_0);
    token.js = js;
    return token;
}

/// One token that the history makes likelier, one that it does not, one that nothing can change.
PreferenceEffects threeTokens()
{
    return {.tokens = {effect(0.5F, 0.25F, 0.1F), effect(0.25F, 0.25F), effect(1, 1)}};
}

double sumOfShares(const std::vector<TokenLoss>& losses)
{
    return std::accumulate(
        losses.begin(), losses.end(), 0.0,
        [](double sum, const TokenLoss& loss) { return sum + loss.gradientShare; });
}

TEST(TokenLoss, WeighsByTheThresholdAndSharesTheGradientByWhatIsMissing)
{
    const auto losses = tokenLosses(threeTokens(), Objective::defaults(ObjectiveKind::NextQuill));
    ASSERT_EQ(losses.size(), 3U);
    EXPECT_EQ(losses[0].weight, 0.9);
    EXPECT_EQ(losses[1].weight, 0.1);
    EXPECT_EQ(losses[2].weight, 0.1);
    // 0.9 * 0.5 = 0.45 against 0.1 * 0.75 = 0.075 and 0
    EXPECT_NEAR(losses[0].gradientShare, 0.45 / 0.525, 1e-6);
    EXPECT_NEAR(losses[1].gradientShare, 0.075 / 0.525, 1e-6);
    EXPECT_EQ(losses[2].gradientShare, 0);
}

TEST(TokenLoss, SharesAreThoseOfTheLogitsGradient)
{
    // Three words; softmax(z) - onehot(y), entry by entry, against 2 (1 - p_y).
    const std::array<double, 3> p{0.5, 0.3, 0.2};
    for (std::size_t y = 0; y < p.size(); ++y) {
        double size = 0;
        for (std::size_t v = 0; v < p.size(); ++v) {
            size += std::abs(p[v] - (v == y ? 1.0 : 0.0));
        }
        EXPECT_NEAR(size, 2 * (1 - p[y]), 1e-12);
    }
}

TEST(TokenLoss, FollowsEachObjectivesOwnWeights)
{
    Objective own = Objective::defaults(ObjectiveKind::TokenWeight);
    own.threshold = 0.3;
    own.lowWeight = 0.2;
    EXPECT_EQ(tokenLosses(threeTokens(), own)[0].weight, 0.2);
    const auto weight = [](ObjectiveKind kind) {
        return tokenLosses(threeTokens(), Objective::defaults(kind))[0].weight;
    };
    EXPECT_EQ(weight(ObjectiveKind::Sft), 1);
    EXPECT_EQ(weight(ObjectiveKind::Causal), 1);
    EXPECT_NEAR(weight(ObjectiveKind::JsWeight), 0.2, 1e-6);
    EXPECT_NEAR(weight(ObjectiveKind::Perce), 0.8, 1e-6); // log 2 lies below the clip
    // Without the history the gradient is that of the plain world.
    const auto plain = tokenLosses(threeTokens(), Objective::defaults(ObjectiveKind::SftNoHistory));
    EXPECT_NEAR(plain[0].gradientShare, 0.5, 1e-6);
    EXPECT_NEAR(plain[1].gradientShare, 0.5, 1e-6);
}

TEST(TokenLoss, SharesSumToOneForEveryObjective)
{
    for (const ObjectiveKind kind : allObjectives()) {
        EXPECT_NEAR(sumOfShares(tokenLosses(threeTokens(), Objective::defaults(kind))), 1, 1e-9);
    }
    EXPECT_TRUE(tokenLosses({}, {}).empty());
    EXPECT_EQ(sumOfShares(tokenLosses({.tokens = {effect(1, 1)}}, {})), 0);
}

} // namespace
} // namespace nextquill::causal
