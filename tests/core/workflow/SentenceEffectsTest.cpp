// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/SentenceEffects.h"

#include "core/base/Error.h"

#include "tests/core/workflow/InspectedText.h"

#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Sentences : public testing::InspectedText
{
protected:
    SentenceEffects measured(std::size_t review)
    {
        const HistoryVariants variants{m_data, m_decoder->files(), m_settings,
                                       m_inspection.effects.tokens.size()};
        return measureSentences(*m_decoder, planSentences(variants, m_inspection, review, 1, {}),
                                {}, m_progress);
    }
};

TEST_F(Sentences, OfAReviewAreLeftOutEach)
{
    const SentenceEffects effects = measured(2);
    EXPECT_TRUE(effects.isExact);
    EXPECT_FALSE(effects.fit);
    ASSERT_EQ(effects.sentences.size(), 2U);
    const std::vector<float> whole = pOf({0, 1, 2});
    store::ExampleData without = m_data;
    without.history[2].text = "Fine. ";
    const std::vector<float> less = pOf(without, m_settings);
    double logEffect = 0;
    for (std::size_t t = 0; t < whole.size(); ++t) {
        EXPECT_NEAR(effects.at(t, 1), whole[t] - less[t], 1e-5);
        logEffect += std::log(whole[t]) - std::log(less[t]);
    }
    EXPECT_NEAR(effects.logEffect[1], logEffect, 1e-3);
    const std::string said = sentenceOn(effects, m_inspection);
    EXPECT_THAT(said, HasSubstr("Of past review 3 (I2)"));
    EXPECT_THAT(said, Not(HasSubstr("surrogate")));
    EXPECT_EQ(toJson(effects).at("effect").size(), whole.size());
}

TEST_F(Sentences, OfALongReviewHaveASurrogateWithItsFit)
{
    m_data.history.resize(1);
    m_data.historyItems.resize(1);
    m_data.history[0].text.clear();
    for (int i = 0; i < 18; ++i) {
        m_data.history[0].text += "So " + std::to_string(i) + ". ";
    }
    m_inspection =
        inspect(m_data, *m_decoder, "tiny", m_settings, std::nullopt, true, {}, m_progress);
    const SentenceEffects effects = measured(0);
    EXPECT_FALSE(effects.isExact);
    EXPECT_EQ(effects.sentences.size(), 18U);
    EXPECT_EQ(effects.subsets, 72U);
    ASSERT_TRUE(effects.fit);
    EXPECT_LE(*effects.fit, 1);
    EXPECT_EQ(effects.effect.size(), m_inspection.effects.tokens.size() * 18);
    EXPECT_THAT(sentenceOn(effects, m_inspection), HasSubstr("linear surrogate of 72 subsets"));
    EXPECT_EQ(toJson(effects).at("exact"), false);
}

TEST_F(Sentences, OfAReviewWithoutTextAreNone)
{
    m_data.history[1].text.clear();
    EXPECT_THROW(static_cast<void>(measured(1)), Error);
}

} // namespace
} // namespace nextquill::workflow
