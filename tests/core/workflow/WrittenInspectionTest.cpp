// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/WrittenInspection.h"

#include "core/base/Error.h"

#include "tests/core/workflow/SampleProject.h"

#include <array>
#include <gmock/gmock.h>
#include <stdexcept>

namespace nextquill::workflow {
namespace {

class WrittenInspections : public testing::SampleProject
{
protected:
    void SetUp() override
    {
        SampleProject::SetUp();
        if (!IsSkipped()) {
            m_decoder = decoder();
            m_settings.budget.promptTokens = 400;
            m_generation.maxNewTokens = 20;
        }
    }

    [[nodiscard]] Inspection write(const store::ExampleData& data,
                                   const generate::EffectSink& sink = {})
    {
        return inspectWritten(data, *m_decoder, "tiny", m_settings, m_generation, {}, sink);
    }

    std::unique_ptr<model::Decoder> m_decoder;
    ExampleSettings m_settings;
    generate::GenerationSettings m_generation;
};

TEST_F(WrittenInspections, HaveTheEffectsOfTheTokensThatWereWritten)
{
    const store::ExampleData data = example(6);
    std::size_t live = 0;
    const Inspection written =
        write(data, [&](const causal::TokenEffect&, const std::string&) { ++live; });
    ASSERT_GT(written.effects.tokens.size(), 1U);
    EXPECT_EQ(live, written.effects.tokens.size());
    EXPECT_EQ(written.tokenTexts.size(), live);
    EXPECT_TRUE(written.generated);
    EXPECT_EQ(written.writtenToLimit, live == 20);
    EXPECT_FALSE(written.history.empty());
    // The same tokens, teacher-forced behind the same prompts.
    const text::TwinPrompt prompt = promptFor(data, m_decoder->files(), m_settings, 20);
    const text::Tokenizer& tokenizer = m_decoder->tokenizer();
    causal::TwinExample forced{.historyBranch = text::encode(tokenizer, prompt.with),
                               .plainBranch = text::encode(tokenizer, prompt.without)};
    for (const causal::TokenEffect& token : written.effects.tokens) {
        forced.target.push_back(token.token);
    }
    forced.targetBytes.resize(forced.target.size());
    const auto expected = causal::measurePreferenceEffects(*m_decoder, {&forced, 1},
                                                           {.alternatives = 10}, {}, m_progress);
    for (std::size_t t = 0; t < live; ++t) {
        const causal::TokenEffect& own = written.effects.tokens[t];
        const causal::TokenEffect& other = expected[0].tokens[t];
        EXPECT_NEAR(own.pce(), other.pce(), 1e-5) << t;
        EXPECT_EQ(own.rank_h, other.rank_h) << t;
        ASSERT_EQ(own.top_0.size(), 10U);
        EXPECT_NEAR(own.top_0[9].p, other.top_0[9].p, 1e-5) << t;
    }
}

TEST_F(WrittenInspections, GoOnFromAnAlternative)
{
    const store::ExampleData data = example(6);
    m_generation.greedy = true;
    const Inspection trunk = write(data);
    ASSERT_GT(trunk.effects.tokens.size(), 4U);
    const text::TokenId second = trunk.effects.tokens[3].top_h[1].token;
    m_generation.beginning = branchOff(trunk, 3, second);
    const Inspection branch = write(data);
    ASSERT_GT(branch.effects.tokens.size(), 3U);
    for (std::size_t t = 0; t < 3; ++t) {
        EXPECT_EQ(branch.effects.tokens[t].token, trunk.effects.tokens[t].token);
        EXPECT_NEAR(branch.effects.tokens[t].pce(), trunk.effects.tokens[t].pce(), 1e-6);
    }
    EXPECT_EQ(branch.effects.tokens[3].token, second);
    EXPECT_THROW(static_cast<void>(branchOff(trunk, trunk.effects.tokens.size(), second)),
                 std::out_of_range);
}

TEST_F(WrittenInspections, AreAttributedToThePastTextsAsTheyStand)
{
    const store::ExampleData data = example(6);
    m_generation.greedy = true;
    Inspection written = write(data);
    written.attribution =
        attributeToHistory(data, *m_decoder, m_settings, written, {}, {}, m_progress);
    ASSERT_TRUE(written.attribution);
    EXPECT_EQ(written.attribution->reviews, std::ssize(written.history));
    EXPECT_EQ(written.attribution->effect.size(),
              written.effects.tokens.size() * written.history.size());
    store::ExampleData other = data;
    other.history.clear();
    other.historyItems.clear();
    EXPECT_THROW(static_cast<void>(attributeToHistory(other, *m_decoder, m_settings, written, {},
                                                      {}, m_progress)),
                 Error);
}

TEST_F(WrittenInspections, NeedAHistory)
{
    store::ExampleData data = example(6);
    data.history.clear();
    data.historyItems.clear();
    EXPECT_THROW(static_cast<void>(write(data)), Error);
}

} // namespace
} // namespace nextquill::workflow
