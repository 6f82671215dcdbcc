// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/InspectionControls.h"

#include "core/base/Error.h"
#include "core/store/OtherHistories.h"
#include "core/workflow/InspectionCost.h"

#include "tests/core/workflow/InspectedText.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <set>

namespace nextquill::workflow {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Controls : public testing::InspectedText
{
protected:
    ControlsPlan planned(const ControlsWish& wish)
    {
        return planControls(*m_project, *m_variants, m_inspection, wish, {});
    }
    InspectionControls measured(const ControlsWish& wish)
    {
        return measureControls(*m_decoder, m_inspection, planned(wish), {}, m_progress);
    }
    [[nodiscard]] std::size_t tokens() const { return m_inspection.effects.tokens.size(); }
};

TEST_F(Controls, OfOtherUsersAreTheEffectsOfTheirHistories)
{
    const InspectionControls controls = measured({.placebos = 5, .seed = 3});
    ASSERT_TRUE(controls.placebo);
    const PlaceboControl& placebo = *controls.placebo;
    ASSERT_EQ(placebo.histories.size(), 5U);
    ASSERT_EQ(placebo.verdicts.size(), tokens());
    ASSERT_EQ(placebo.effects.tokens(), tokens());
    const auto others = store::otherHistories(*m_project, m_variants->used(),
                                              {.users = 5, .reviews = reviews, .seed = 3}, {});
    ExampleSettings settings = m_settings;
    settings.budget.maximumReviews = reviews;
    for (std::size_t j = 0; j < 5; ++j) {
        EXPECT_EQ(placebo.histories[j].user, others[j].user);
        EXPECT_NE(placebo.histories[j].user, m_data.target.user);
        const std::vector<float> p = pOf(others[j].data, settings);
        for (std::size_t t = 0; t < tokens(); ++t) {
            EXPECT_NEAR(placebo.effects.of(t)[j], p[t] - m_inspection.effects.tokens[t].p_0, 1e-5);
        }
    }
    for (std::size_t t = 0; t < tokens(); ++t) {
        const causal::PlaceboVerdict& verdict = placebo.verdicts[t];
        EXPECT_EQ(verdict.isOwn,
                  m_inspection.effects.tokens[t].pce() > std::max(verdict.placebo.high, 0.0F));
        EXPECT_GE(verdict.q, verdict.p);
    }
}

TEST_F(Controls, OfResampledAndShuffledHistoriesAreThoseHistories)
{
    const InspectionControls controls = measured({.resamples = 6, .shuffles = 3, .seed = 9});
    EXPECT_FALSE(controls.placebo);
    for (const HistorySamples& samples : {*controls.resampled, *controls.shuffled}) {
        ASSERT_EQ(samples.ranges.size(), tokens());
        for (std::size_t j = 0; j < samples.histories.size(); ++j) {
            const std::vector<float> p = pOf(samples.histories[j]);
            for (std::size_t t = 0; t < tokens(); ++t) {
                EXPECT_NEAR(samples.effects.of(t)[j], p[t] - m_inspection.effects.tokens[t].p_0,
                            1e-5);
                EXPECT_GE(samples.effects.of(t)[j], samples.ranges[t].low - 1.0F);
            }
        }
    }
    std::set<std::size_t> sizes;
    for (const auto& history : controls.resampled->histories) {
        EXPECT_TRUE(std::ranges::is_sorted(history));
        sizes.insert(history.size());
    }
    EXPECT_GT(sizes.size() + controls.resampled->histories.size(), 6U);
    for (const auto& history : controls.shuffled->histories) {
        EXPECT_EQ(history.size(), reviews);
        EXPECT_FALSE(std::ranges::is_sorted(history));
    }
}

TEST_F(Controls, AreTheSameForASeed)
{
    const ControlsWish wish{.placebos = 4, .resamples = 4, .shuffles = 2, .seed = 5};
    ControlsWish other = wish;
    other.seed = 6;
    EXPECT_EQ(planned(wish).question.prompts, planned(wish).question.prompts);
    EXPECT_NE(planned(wish).question.prompts, planned(other).question.prompts);
    EXPECT_EQ(toJson(measured(wish)), toJson(measured(wish)));
}

TEST_F(Controls, SayWhatTheyFoundAndWhatTheyCannotTell)
{
    m_inspection.controls = measured({.placebos = 3, .resamples = 3, .shuffles = 1});
    const auto sentences = sentencesOn(*m_inspection.controls, m_inspection);
    EXPECT_THAT(sentences, Contains(HasSubstr("95 % range of 3 other users' histories")));
    EXPECT_THAT(sentences, Contains(HasSubstr("no p is below 0.25")));
    EXPECT_THAT(sentences, Contains(HasSubstr("In another order of the same reviews")));
    m_inspection.threshold = -1; // every token counts
    EXPECT_THAT(sentencesOn(*m_inspection.controls, m_inspection),
                Contains(HasSubstr("of 3 resampled histories")));
    const OrderedJson json = toJson(m_inspection);
    EXPECT_EQ(json.at("controls").at("placebo").at("effect").size(), tokens());
    EXPECT_EQ(json.at("controls").at("placebo").at("histories").size(), 3U);
    EXPECT_EQ(json.at("controls").at("resampled").at("tokens").size(), tokens());
}

TEST_F(Controls, OfAProjectWithFewUsersAreFewer)
{
    const ControlsPlan plan = planned({.placebos = 10'000});
    EXPECT_LT(plan.placebos.size(), 10'000U);
    EXPECT_EQ(plan.wish.placebos, static_cast<int>(plan.placebos.size()));
    EXPECT_EQ(plan.placebos.size(), plan.question.prompts.size());
}

TEST_F(Controls, HaveEachOrderOnce)
{
    m_data.history.resize(2);
    m_data.historyItems.resize(2);
    const HistoryVariants two{m_data, m_decoder->files(), m_settings, tokens()};
    const ControlsPlan plan = planControls(*m_project, two, m_inspection, {.shuffles = 5}, {});
    EXPECT_EQ(plan.shuffled, (std::vector<std::vector<std::size_t>>{{1, 0}}));
    EXPECT_EQ(plan.question.prompts.size(), 1U);
}

TEST_F(Controls, OfAnOrderNeedTwoReviews)
{
    m_data.history.resize(1);
    m_data.historyItems.resize(1);
    const HistoryVariants one{m_data, m_decoder->files(), m_settings, tokens()};
    EXPECT_THROW(
        static_cast<void>(planControls(*m_project, one, m_inspection, {.shuffles = 1}, {})), Error);
}

TEST_F(Controls, StopWhenAsked)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(static_cast<void>(planControls(*m_project, *m_variants, m_inspection,
                                                {.placebos = 2}, stop.get_token())),
                 Stopped);
    EXPECT_THROW(
        static_cast<void>(measureControls(*m_decoder, m_inspection, planned({.resamples = 2}),
                                          stop.get_token(), m_progress)),
        Stopped);
}

TEST_F(Controls, HaveACostBeforeTheyAreMeasured)
{
    ASSERT_GT(m_inspection.pass.rows, 0);
    const ControlsPlan plan = planned({.placebos = 6, .resamples = 6});
    const InspectionCost cost = inspectionCost(plan.question, m_inspection.pass, *m_decoder);
    EXPECT_EQ(cost.tree.prompts, 12);
    EXPECT_LT(cost.tree.rows, cost.tree.separateRows);
    ASSERT_TRUE(cost.seconds);
    EXPECT_NEAR(*cost.seconds,
                m_inspection.pass.seconds * static_cast<double>(cost.tree.rows) /
                    static_cast<double>(m_inspection.pass.rows),
                1e-9);
    EXPECT_GT(cost.bytes, 0U);
    EXPECT_THAT(toText(cost), HasSubstr("12 prompts in 1 pass of"));
    const InspectionCost unknown = inspectionCost(plan.question, {}, *m_decoder);
    EXPECT_FALSE(unknown.seconds);
    EXPECT_THAT(toText(unknown), ::testing::Not(HasSubstr(" s,")));
}

} // namespace
} // namespace nextquill::workflow
