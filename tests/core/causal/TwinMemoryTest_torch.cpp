// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/TwinExample.h"
#include "core/causal/TwinMemory.h"

#include "tests/core/causal/NextQuillFixture_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

namespace nextquill::causal {
namespace {

using model::ComputeType;
using testing::NextQuillFixture;

class TwinMemories : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(folder, "fixtures/nextquill");
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_fixture = std::make_unique<NextQuillFixture>(folder, model);
        m_decoder = m_fixture->decoder(ComputeType::Float32);
        m_example = m_fixture->examples()[2];
    }

    PreferenceEffects remembered(const TwinExample& example)
    {
        return m_memory.measure(*m_decoder, example, 3, {}, m_progress);
    }

    /// The memory's answer equals that of a packed pass, which knows nothing of before.
    void expectSame(const TwinExample& example)
    {
        const PreferenceEffects ours = remembered(example);
        const PreferenceEffects packed =
            measurePreferenceEffects(*m_decoder, {&example, 1}, {.alternatives = 3}, {}, m_progress)
                .front();
        ASSERT_EQ(ours.tokens.size(), packed.tokens.size());
        for (std::size_t t = 0; t < packed.tokens.size(); ++t) {
            EXPECT_EQ(ours.tokens[t].token, packed.tokens[t].token);
            EXPECT_EQ(ours.tokens[t].bytes, packed.tokens[t].bytes);
            EXPECT_NEAR(ours.tokens[t].p_h, packed.tokens[t].p_h, 1e-5);
            EXPECT_NEAR(ours.tokens[t].p_0, packed.tokens[t].p_0, 1e-5);
            EXPECT_NEAR(ours.tokens[t].js, packed.tokens[t].js, 1e-5);
            EXPECT_EQ(ours.tokens[t].top_h.size(), packed.tokens[t].top_h.size());
        }
    }

    [[nodiscard]] std::int64_t plainRows() const
    {
        return std::ssize(m_example.prefix) + std::ssize(m_example.plainBranch) +
               std::ssize(m_example.target) - 1;
    }

    NoProgress m_progress;
    std::unique_ptr<NextQuillFixture> m_fixture;
    std::unique_ptr<model::Decoder> m_decoder;
    TwinExample m_example;
    TwinMemory m_memory;
};

TEST_F(TwinMemories, AnswerAsAPackedPassWhereverTheHistoryDiffers)
{
    expectSame(m_example);
    EXPECT_EQ(m_memory.rowsOfLast().remembered, 0);
    const std::size_t length = m_example.historyBranch.size();
    ASSERT_GT(length, 4U);
    for (const std::size_t at : {length - 2, length / 2, std::size_t{0}, length - 1}) {
        TwinExample changed = m_example;
        changed.historyBranch[at] = m_example.target.front();
        expectSame(changed);
        TwinExample shorter = m_example; // a past text that is off
        shorter.historyBranch.erase(shorter.historyBranch.begin() +
                                    static_cast<std::ptrdiff_t>(at));
        expectSame(shorter);
    }
    expectSame(m_example);
}

TEST_F(TwinMemories, ComputeFromTheFirstDifferenceOn)
{
    static_cast<void>(remembered(m_example));
    TwinExample changed = m_example;
    const std::size_t at = m_example.historyBranch.size() - 2;
    changed.historyBranch[at] = m_example.target.front();
    ASSERT_NE(changed.historyBranch, m_example.historyBranch);
    static_cast<void>(remembered(changed));
    const std::int64_t behind = 2 + std::ssize(m_example.target) - 1;
    EXPECT_EQ(m_memory.rowsOfLast().computed, behind);
    EXPECT_EQ(m_memory.rowsOfLast().remembered,
              std::ssize(m_example.prefix) + static_cast<std::int64_t>(at) + plainRows());
    // Even what did not change at all is read again from the last token of its prompt on.
    static_cast<void>(remembered(changed));
    EXPECT_EQ(m_memory.rowsOfLast().computed, std::ssize(m_example.target));
}

TEST_F(TwinMemories, BeginAnewWithAnotherDecoderOrText)
{
    static_cast<void>(remembered(m_example));
    m_decoder = m_fixture->decoder(ComputeType::Float32); // perhaps where the last one was
    expectSame(m_example);
    EXPECT_EQ(m_memory.rowsOfLast().remembered, 0);
    TwinExample other = m_fixture->examples()[1];
    expectSame(other);
    EXPECT_GE(m_memory.rowsOfLast().computed, std::ssize(other.target));
}

TEST_F(TwinMemories, StayRightWhenStoppedAndRefuseWhatIsNoQuestion)
{
    std::stop_source stopped;
    stopped.request_stop();
    TwinExample changed = m_example;
    changed.historyBranch.front() = m_example.target.front();
    static_cast<void>(remembered(m_example));
    EXPECT_THROW(static_cast<void>(
                     m_memory.measure(*m_decoder, changed, 0, stopped.get_token(), m_progress)),
                 Stopped);
    expectSame(m_example);
    expectSame(changed);
    changed.target.clear();
    EXPECT_THROW(static_cast<void>(remembered(changed)), Error);
}

} // namespace
} // namespace nextquill::causal
