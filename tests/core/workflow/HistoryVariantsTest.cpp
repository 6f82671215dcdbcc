// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/HistoryVariants.h"

#include "core/workflow/RandomHistories.h"

#include "tests/core/workflow/InspectedText.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace nextquill::workflow {
namespace {

class Variants : public testing::InspectedText
{
};

TEST_F(Variants, AreThePromptItselfWhereNothingIsChanged)
{
    const text::TwinPrompt own =
        promptFor(m_data, m_decoder->files(), m_settings, m_inspection.effects.tokens.size());
    EXPECT_EQ(m_variants->whole(), text::encode(*m_decoder->files().tokenizer(), own.with));
    std::vector<std::size_t> all(m_variants->reviews());
    std::iota(all.begin(), all.end(), std::size_t{0});
    EXPECT_EQ(m_variants->of(all), m_variants->whole());
    EXPECT_EQ(m_variants->of({}), text::encode(*m_decoder->files().tokenizer(), own.without));
    EXPECT_EQ(m_variants->withText(1, m_data.history[1].text), m_variants->whole());
    EXPECT_EQ(m_variants->withHistoryOf(m_data), m_variants->whole());
}

TEST_F(Variants, LetNoOlderReviewSlipIn)
{
    ExampleSettings few = m_settings;
    few.budget.maximumReviews = 2;
    const HistoryVariants variants{m_data, m_decoder->files(), few, 24};
    ASSERT_EQ(variants.reviews(), 2U);
    const std::array second{std::size_t{1}};
    EXPECT_EQ(variants.without(0), variants.of(second));
    EXPECT_LT(variants.without(0).size(), variants.whole().size());
}

TEST_F(Variants, AttributeTheTextWithoutItsOtherFiguresAgain)
{
    std::vector<std::vector<float>> columns;
    const causal::Attribution alone = attributeToHistory(
        m_data, *m_decoder, m_settings, m_inspection,
        [&](int review, std::span<const float> effect) {
            EXPECT_EQ(review, std::ssize(columns));
            columns.emplace_back(effect.begin(), effect.end());
        },
        {}, m_progress);
    EXPECT_EQ(alone.effect, m_inspection.attribution->effect);
    ASSERT_EQ(columns.size(), reviews);
    EXPECT_EQ(columns[1][4], alone.at(4, 1));
    const auto question = causal::promptedTarget(leaveOneOutOf(*m_variants, m_inspection));
    EXPECT_EQ(question.prompts.size(), reviews + 1);
    EXPECT_EQ(question.target.size(), m_inspection.effects.tokens.size());
}

TEST(RandomHistories, ResampledHoldAboutTwoThirdsInOrder)
{
    double share = 0;
    for (std::uint64_t draw = 0; draw < 400; ++draw) {
        const auto history = resampledHistory(20, 7, draw);
        EXPECT_TRUE(std::ranges::is_sorted(history));
        EXPECT_EQ(std::set<std::size_t>(history.begin(), history.end()).size(), history.size());
        EXPECT_LT(history.back(), 20U);
        share += static_cast<double>(history.size()) / (20 * 400);
    }
    EXPECT_NEAR(share, 0.6415, 0.02); // 1 - (19/20)^20
    EXPECT_EQ(resampledHistory(1, 7, 3), std::vector<std::size_t>{0});
}

TEST(RandomHistories, ShuffledAreEveryOrderButTheirOwn)
{
    std::map<std::vector<std::size_t>, int> seen;
    for (std::uint64_t draw = 0; draw < 500; ++draw) {
        ++seen[shuffledHistory(3, 1, draw)];
    }
    EXPECT_EQ(seen.size(), 5U);
    EXPECT_FALSE(seen.contains({0, 1, 2}));
    for (const auto& [order, times] : seen) {
        EXPECT_NEAR(times, 100, 35);
    }
    EXPECT_EQ(shuffledHistory(1, 1, 0), std::vector<std::size_t>{0});
}

TEST(RandomHistories, ChoicesAreOfTheirSizeAndOfAllAlike)
{
    std::vector<int> seen(6);
    for (std::uint64_t draw = 0; draw < 600; ++draw) {
        const auto chosen = randomChoice(6, 2, 5, draw);
        ASSERT_EQ(chosen.size(), 2U);
        EXPECT_LT(chosen[0], chosen[1]);
        for (const std::size_t i : chosen) {
            ++seen[i];
        }
    }
    for (const int times : seen) {
        EXPECT_NEAR(times, 200, 50);
    }
}

} // namespace
} // namespace nextquill::workflow
