// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinExample.h"

#include "tests/core/causal/NextQuillFixture_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <numbers>

namespace nextquill::causal {
namespace {

using model::ComputeType;
using testing::NextQuillFixture;
using torch::Tensor;

/// Next-token probabilities at the target's positions behind one prompt, [T, V], float64.
Tensor distributions(model::Network& network, std::initializer_list<testing::Ids> prompt,
                     const testing::Ids& target)
{
    testing::Ids whole;
    for (const testing::Ids& part : prompt) {
        whole.insert(whole.end(), part.begin(), part.end());
    }
    const auto first = std::ssize(whole) - 1;
    whole.insert(whole.end(), target.begin(), target.end());
    const Tensor logits = model::testing::logitsOf(network, model::testing::sequence(whole));
    return torch::softmax(logits.narrow(0, first, std::ssize(target)).to(torch::kDouble), 1);
}

class MeasuredEffects : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(folder, "fixtures/nextquill");
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_fixture = std::make_unique<NextQuillFixture>(folder, model);
        m_decoder = m_fixture->decoder(ComputeType::Float32);
    }

    std::vector<PreferenceEffects> measure(std::span<const TwinExample> examples,
                                           const EffectLimits& limits, const StopToken& stop = {})
    {
        return measurePreferenceEffects(*m_decoder, examples, limits, stop, m_progress);
    }

    NoProgress m_progress;
    std::unique_ptr<NextQuillFixture> m_fixture;
    std::unique_ptr<model::Decoder> m_decoder;
};

TEST_F(MeasuredEffects, EveryFigureEqualsThatOfSeparatePasses)
{
    const TwinExample& example = m_fixture->examples()[2];
    const auto effects = measure({&example, 1}, {.alternatives = 10});
    const Tensor p_h = distributions(m_decoder->network(), {example.prefix, example.historyBranch},
                                     example.target);
    const Tensor p_0 =
        distributions(m_decoder->network(), {example.prefix, example.plainBranch}, example.target);
    const Tensor m = (p_h + p_0) / 2;
    const Tensor js = ((p_h * (p_h / m).log()).nan_to_num(0).sum(1) +
                       (p_0 * (p_0 / m).log()).nan_to_num(0).sum(1)) /
                      2;
    ASSERT_EQ(effects.front().tokens.size(), example.target.size());
    for (std::size_t t = 0; t < example.target.size(); ++t) {
        const TokenEffect& token = effects.front().tokens[t];
        const auto row = static_cast<std::int64_t>(t);
        const auto id = static_cast<std::int64_t>(example.target[t]);
        EXPECT_EQ(token.token, example.target[t]);
        EXPECT_NEAR(token.p_h, p_h[row][id].item<double>(), 1e-5);
        EXPECT_NEAR(token.p_0, p_0[row][id].item<double>(), 1e-5);
        EXPECT_NEAR(token.js, js[row].item<double>(), 1e-5);
        EXPECT_GE(token.js, 0);
        EXPECT_LE(token.js, std::numbers::ln2 + 1e-6);
        EXPECT_EQ(token.rank_h, 1 + (p_h[row] > p_h[row][id]).sum().item<std::int64_t>()) << t;
        EXPECT_EQ(token.rank_0, 1 + (p_0[row] > p_0[row][id]).sum().item<std::int64_t>()) << t;
        const auto [top, ids] = p_h[row].topk(10);
        ASSERT_EQ(token.top_h.size(), 10U);
        ASSERT_EQ(token.top_0.size(), 10U);
        for (std::int64_t i = 0; i < 10; ++i) {
            const Alternative& alternative = token.top_h[static_cast<std::size_t>(i)];
            EXPECT_NEAR(alternative.p, top[i].item<double>(), 1e-5);
            EXPECT_NEAR(p_h[row][static_cast<std::int64_t>(alternative.token)].item<double>(),
                        alternative.p, 1e-5);
        }
    }
}

TEST_F(MeasuredEffects, DoNotDependOnHowExamplesAreGrouped)
{
    const auto together = measure(m_fixture->examples(), {});
    const auto alone = measure(m_fixture->examples(), {.tokensPerPass = 1});
    ASSERT_EQ(together.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
        ASSERT_EQ(together[i].tokens.size(), alone[i].tokens.size());
        for (std::size_t t = 0; t < alone[i].tokens.size(); ++t) {
            EXPECT_NEAR(together[i].tokens[t].pce(), alone[i].tokens[t].pce(), 1e-5);
        }
    }
}

TEST_F(MeasuredEffects, AreZeroWithoutAHistory)
{
    TwinExample same = m_fixture->examples().front();
    same.historyBranch = same.plainBranch;
    const auto effects = measure({&same, 1}, {});
    for (const TokenEffect& token : effects.front().tokens) {
        EXPECT_NEAR(token.pce(), 0, 1e-6);
        EXPECT_NEAR(token.js, 0, 1e-6);
    }
}

TEST_F(MeasuredEffects, RefuseATextLongerThanTheContextByName)
{
    TwinExample longer = m_fixture->examples().front();
    longer.id = "review 17";
    longer.historyBranch.resize(static_cast<std::size_t>(m_decoder->config().contextLength) + 1,
                                longer.historyBranch.front());
    try {
        (void)measure({&longer, 1}, {});
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_EQ(error.where(), "review 17");
    }
}

TEST_F(MeasuredEffects, RefuseAnEmptyTarget)
{
    TwinExample empty = m_fixture->examples().front();
    empty.target.clear();
    EXPECT_THROW((void)measure({&empty, 1}, {}), Error);
}

TEST_F(MeasuredEffects, RefuseATokenThatTheModelDoesNotHave)
{
    // The last token is never an input: only the head sees it.
    for (const std::size_t place :
         {std::size_t{0}, m_fixture->examples().front().target.size() - 1}) {
        TwinExample foreign = m_fixture->examples().front();
        foreign.target[place] = text::TokenId{1 << 30};
        try {
            (void)measure({&foreign, 1}, {});
            ADD_FAILURE() << "accepted at " << place;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput) << place;
        }
    }
}

TEST_F(MeasuredEffects, StopWhenAsked)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW((void)measure(m_fixture->examples(), {}, stop.get_token()), Stopped);
}

} // namespace
} // namespace nextquill::causal
