// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/TrueEffects.h"

#include "core/study/SyntheticUsers.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nextquill::study {
namespace {

/// Two types, two words "a" and "b": the first type says "a" in 8 of 10 cases, the second in 3.
DrawnWord a()
{
    return {.byType = {0.8, 0.3}, .preference = true};
}

DrawnWord b()
{
    return {.byType = {0.2, 0.7}, .preference = true};
}

DrawnWord neutral()
{
    return {.byType = {0.5, 0.5}};
}

TEST(TrueEffects, AreThoseComputedByHand)
{
    TypeBelief history{2};
    history.read(a());
    // P(first | a) = 0.8 / 1.1
    EXPECT_NEAR(history.probabilities()[0], 8.0 / 11, 1e-12);
    const std::vector<DrawnWord> text{a(), neutral(), b()};
    const std::vector<TrueWord> effects = trueEffects(history, TypeBelief{2}, text);
    ASSERT_EQ(effects.size(), 3);
    EXPECT_NEAR(effects[0].p_h, (0.8 * 0.8 + 0.3 * 0.3) / 1.1, 1e-12);
    EXPECT_NEAR(effects[0].p_0, 0.55, 1e-12);
    EXPECT_EQ(effects[1].effect(), 0);
    // Both worlds have read the text's own "a" by now.
    const double twice = 0.8 * 0.8 / (0.8 * 0.8 + 0.3 * 0.3);
    EXPECT_NEAR(effects[2].p_h, twice * 0.2 + (1 - twice) * 0.7, 1e-12);
    EXPECT_NEAR(effects[2].p_0, 8.0 / 11 * 0.2 + 3.0 / 11 * 0.7, 1e-12);
}

TEST(TrueEffects, WithoutAHistoryThereAreNone)
{
    const std::vector<DrawnWord> text{a(), b(), a()};
    for (const TrueWord& word : trueEffects(TypeBelief{2}, TypeBelief{2}, text)) {
        EXPECT_EQ(word.effect(), 0);
    }
}

TEST(TrueEffects, AThousandTextsDoNotUnderflow)
{
    TypeBelief belief{2};
    for (int i = 0; i < 100'000; ++i) {
        belief.read(a());
    }
    EXPECT_NEAR(belief.probabilityOf(a()), 0.8, 1e-12);
}

TEST(TrueEffects, APriorThatIsNotEvenCounts)
{
    const TypeBelief belief{std::vector<double>{0.9, 0.1}};
    EXPECT_NEAR(belief.probabilityOf(a()), 0.9 * 0.8 + 0.1 * 0.3, 1e-12);
}

/// P of a text's first words and of a whole history, summed over all types: no belief, no Bayes'
/// rule, no logarithm.
double joint(const std::vector<std::vector<DrawnWord>>& history,
             const std::vector<DrawnWord>& words, std::size_t count)
{
    double sum = 0;
    for (std::size_t type = 0; type < typeCount; ++type) {
        double p = 1.0 / static_cast<double>(typeCount);
        for (const std::vector<DrawnWord>& past : history) {
            for (const DrawnWord& word : past) {
                p *= word.byType[type];
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            p *= words[i].byType[type];
        }
        sum += p;
    }
    return sum;
}

TEST(TrueEffects, AreQuotientsOfSumsOverAllTypes)
{
    const SyntheticWorld world = makeWorld({.users = 6, .reviews = 4, .items = 9});
    for (const SyntheticUser& user : world.users) {
        const auto effects = trueEffectsOf(world, user);
        std::vector<std::vector<DrawnWord>> history;
        for (std::size_t i = 0; i < effects.size(); ++i) {
            const SyntheticReview& review = user.reviews[i];
            const auto words = ReviewGrammar::read(world.subjectOf(review), review.text);
            for (std::size_t t = 0; t < words.size(); ++t) {
                EXPECT_NEAR(effects[i][t].p_h,
                            joint(history, words, t + 1) / joint(history, words, t), 1e-9);
                EXPECT_NEAR(effects[i][t].p_0, joint({}, words, t + 1) / joint({}, words, t), 1e-9);
            }
            history.push_back(words);
        }
    }
}

TEST(TrueEffects, AHistoryTellsSomethingInTheMean)
{
    // The mean of log p_h - log p_0 is the information of history and text about each other.
    const SyntheticWorld world = makeWorld({.users = 300, .reviews = 3, .items = 9});
    std::vector<double> bits(3, 0);
    for (const SyntheticUser& user : world.users) {
        const auto effects = trueEffectsOf(world, user);
        for (std::size_t i = 0; i < effects.size(); ++i) {
            for (const TrueWord& word : effects[i]) {
                bits[i] += std::log2(word.p_h / word.p_0) / 300;
            }
        }
    }
    EXPECT_EQ(bits[0], 0);
    EXPECT_GT(bits[1], 0.5);                                       // one past text
    EXPECT_GT(bits[2], bits[1]);                                   // two tell more
    EXPECT_LT(bits[2], std::log2(static_cast<double>(typeCount))); // than the type there is nothing
}

} // namespace
} // namespace nextquill::study
