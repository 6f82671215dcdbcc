// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/Attribution.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/SeparatePasses_torch.h"
#include "core/causal/TargetProbabilities.h"
#include "core/causal/TwinExample.h"
#include "core/model/PassStop.h"

#include "tests/core/causal/LeaveOneOut_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <array>
#include <cmath>

namespace nextquill::causal {
namespace {

using model::testing::someIds;
using testing::leaveOneOut;
using Ids = std::vector<text::TokenId>;

class TargetProbabilities : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_decoder = model::testing::loadFrom(model, model::ComputeType::Float32);
    }

    /// Rows as they come, one behind the other.
    std::vector<float> measured(const PromptedTarget& question, const TreeLimits& limits)
    {
        std::vector<float> all;
        std::size_t next = 0;
        measureTarget(
            *m_decoder, question, limits,
            [&](std::size_t prompt, std::span<const float> logp) {
                EXPECT_EQ(prompt, next++);
                EXPECT_EQ(logp.size(), question.target.size());
                all.insert(all.end(), logp.begin(), logp.end());
            },
            {}, m_progress);
        return all;
    }

    void expectSeparate(const PromptedTarget& question, const std::vector<float>& packed)
    {
        const torch::Tensor alone =
            separateLogProbabilities(m_decoder->network(), question.prompts, question.target, {})
                .flatten();
        ASSERT_EQ(alone.numel(), std::ssize(packed));
        for (std::int64_t i = 0; i < alone.numel(); ++i) {
            EXPECT_NEAR(std::exp(packed[static_cast<std::size_t>(i)]),
                        std::exp(alone[i].item<float>()), 1e-5)
                << i;
        }
    }

    std::unique_ptr<model::Decoder> m_decoder;
    NoProgress m_progress;
};

TEST_F(TargetProbabilities, OfPackedPromptsEqualSeparatePassesWhateverTheLimit)
{
    PromptedTarget question = promptedTarget(leaveOneOut(5, 9));
    question.prompts.push_back(someIds(13, 77)); // begins otherwise: a root of its own
    question.prompts.push_back(question.prompts[2]);
    question.prompts.push_back(Ids{question.prompts[0].begin(), question.prompts[0].begin() + 6});
    for (const std::size_t rows : {1U, 60U, 100U, 8192U}) {
        SCOPED_TRACE(rows);
        expectSeparate(question, measured(question, {.rowsPerPass = rows}));
    }
}

TEST_F(TargetProbabilities, OfATextLongerThanAChunkOfLogitsEqualSeparatePasses)
{
    PromptedTarget question{.id = "long", .prompts = {}, .target = someIds(150, 5)};
    question.prompts = {someIds(8, 1), someIds(11, 1), someIds(5, 3)};
    expectSeparate(question, measured(question, {}));
}

TEST_F(TargetProbabilities, OfBothWorldsAreTheEffectsOfTheTwinPass)
{
    TwinExample example{.id = "made",
                        .prefix = someIds(6, 1),
                        .historyBranch = someIds(20, 2),
                        .plainBranch = someIds(4, 3),
                        .target = someIds(9, 4)};
    example.targetBytes.resize(example.target.size());
    const std::array examples{example};
    const auto effects = measurePreferenceEffects(*m_decoder, examples, {}, {}, m_progress);
    const auto joined = [&](const Ids& branch) {
        Ids whole = example.prefix;
        whole.insert(whole.end(), branch.begin(), branch.end());
        return whole;
    };
    const std::array prompts{joined(example.historyBranch), joined(example.plainBranch)};
    const torch::Tensor alone =
        separateLogProbabilities(m_decoder->network(), prompts, example.target, {}).exp();
    for (std::size_t t = 0; t < example.target.size(); ++t) {
        const auto column = static_cast<std::int64_t>(t);
        EXPECT_NEAR(effects[0].tokens[t].p_h, alone[0][column].item<float>(), 1e-5);
        EXPECT_NEAR(effects[0].tokens[t].p_0, alone[1][column].item<float>(), 1e-5);
    }
}

TEST_F(TargetProbabilities, StopWithinAPass)
{
    // The stop comes with the first row: the same pass has more of them.
    std::stop_source stop;
    int rows = 0;
    EXPECT_THROW(measureTarget(
                     *m_decoder,
                     {.id = "made",
                      .prompts = {someIds(8, 1), someIds(9, 1), someIds(10, 1)},
                      .target = someIds(100, 2)},
                     {},
                     [&](std::size_t, std::span<const float>) {
                         ++rows;
                         stop.request_stop();
                     },
                     stop.get_token(), m_progress),
                 Stopped);
    EXPECT_EQ(rows, 1);
}

TEST_F(TargetProbabilities, StopBetweenLayers)
{
    std::stop_source stop;
    stop.request_stop();
    const model::SegmentedBatch batch = model::testing::sequence(someIds(5, 1));
    const torch::NoGradGuard noGrad;
    {
        const model::PassStop outer{{}};
        {
            const model::PassStop inner{stop.get_token()};
            EXPECT_THROW(static_cast<void>(m_decoder->network().forward(batch)), Stopped);
        }
        EXPECT_NO_THROW(static_cast<void>(m_decoder->network().forward(batch)));
    }
    EXPECT_NO_THROW(static_cast<void>(m_decoder->network().forward(batch)));
}

TEST_F(TargetProbabilities, RefuseATokenThatTheVocabularyDoesNotHave)
{
    PromptedTarget question = promptedTarget(leaveOneOut(2, 4));
    question.target.back() = text::TokenId{1'000'000};
    EXPECT_THROW(static_cast<void>(measured(question, {})), Error);
}

TEST_F(TargetProbabilities, ReportRowsOfTheTreesLayerByLayer)
{
    class Last final : public Progress
    {
    public:
        void report(const ProgressReport& report) noexcept override
        {
            EXPECT_GE(report.done, done);
            ++reports;
            done = report.done;
            total = report.total;
        }
        std::int64_t done = 0;
        std::int64_t total = 0;
        std::int64_t reports = 0;
    } last;
    const PromptedTarget question = promptedTarget(leaveOneOut(6, 8));
    const TreeLimits limits{.rowsPerPass = 120};
    const auto ignore = [](std::size_t, std::span<const float>) {};
    measureTarget(*m_decoder, question, limits, ignore, {}, last);
    EXPECT_EQ(last.done, last.total);
    EXPECT_EQ(last.total, treeCost(question, limits).rows);
    EXPECT_EQ(last.reports,
              treeCost(question, limits).passes * m_decoder->config().layers + 1); // within passes
}

TEST_F(TargetProbabilities, OfReviewsComeColumnByColumn)
{
    const LeaveOneOutExample example = leaveOneOut(4, 11);
    std::vector<int> order;
    const Attribution attribution = attribute(
        *m_decoder, example, {.rowsPerPass = 90},
        [&](int review, std::span<const float> effect) {
            order.push_back(review);
            EXPECT_EQ(effect.size(), example.target.size());
        },
        {}, m_progress);
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
    const std::vector<int> strongest = attribution.strongestFirst();
    for (std::size_t i = 1; i < strongest.size(); ++i) {
        EXPECT_GE(attribution.textLogEffect(strongest[i - 1]),
                  attribution.textLogEffect(strongest[i]));
    }
    const std::vector<int> ofToken = attribution.strongestFirst(3);
    EXPECT_GE(attribution.at(3, ofToken.front()), attribution.at(3, ofToken.back()));
}

} // namespace
} // namespace nextquill::causal
