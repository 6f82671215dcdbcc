// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectsBatch.h"

#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/store/Project.h"

#include "tests/core/workflow/SampleProject.h"

#include <array>
#include <cmath>

namespace nextquill::workflow {
namespace {

/// Asks for a stop after so many groups.
class StopAfter final : public Progress
{
public:
    explicit StopAfter(std::int64_t measured)
        : m_measured{measured}
    {
    }
    void report(const ProgressReport& report) noexcept override
    {
        if (report.stage.starts_with("measuring") && report.done >= m_measured) {
            m_source.request_stop();
        }
    }
    [[nodiscard]] StopToken token() const { return m_source.get_token(); }

private:
    std::int64_t m_measured;
    std::stop_source m_source;
};

class EffectsBatch : public testing::SampleProject
{
protected:
    void SetUp() override
    {
        SampleProject::SetUp();
        if (IsSkipped()) {
            return;
        }
        m_request.split = smallSplit().settings.name;
        m_request.part = "train";
        m_request.limit = 5;
        m_request.settings.budget.promptTokens = 300;
        m_request.settings.target.targetTokens = 40;
        m_choice = chooseModel(m_model.string(), nullptr);
        m_project.reset();
    }

    [[nodiscard]] EffectsPlan plan()
    {
        const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
        return planEffects(*project, m_choice, m_request, {}, m_progress);
    }

    [[nodiscard]] std::vector<MeasuredText> texts(const EffectsPlan& plan)
    {
        const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
        return keptTexts(*project, plan, {}, m_progress);
    }

    EffectsBatchResult measure(const EffectsPlan& plan, const StopToken& stop, Progress& progress,
                               std::size_t tokensPerPass = 0)
    {
        const DecoderUse use = [this](const std::function<void(model::Decoder&)>& work) {
            ++m_passes;
            if (m_decoder == nullptr) {
                m_decoder = decoder();
            }
            work(*m_decoder);
        };
        return measureEffects(m_file, plan, use, tokensPerPass, stop, progress);
    }

    EffectsRequest m_request;
    ModelChoice m_choice;
    std::unique_ptr<model::Decoder> m_decoder;
    int m_passes = 0;
};

TEST_F(EffectsBatch, KeepsWhatOneTextAfterTheOtherGives)
{
    const EffectsPlan before = plan();
    ASSERT_EQ(before.due.size(), 5U);
    const EffectsBatchResult result = measure(before, {}, m_progress);
    EXPECT_EQ(result.measured, 5);
    EXPECT_TRUE(result.unusable.empty());

    const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
    for (const MeasuredText& text : texts(plan())) {
        const std::array alone{twinExampleFor(store::Histories{*project}.example(text.example),
                                              m_decoder->files(), m_request.settings)};
        const auto effects =
            causal::measurePreferenceEffects(*m_decoder, alone, {}, {}, m_progress)[0].tokens;
        ASSERT_EQ(text.tokens.size(), effects.size());
        for (std::size_t t = 0; t < effects.size(); ++t) {
            EXPECT_NEAR(std::exp(text.tokens[t].logp_h), effects[t].p_h, 1e-5);
            EXPECT_NEAR(std::exp(text.tokens[t].logp_0), effects[t].p_0, 1e-5);
            EXPECT_EQ(text.tokens[t].bytes, effects[t].bytes);
        }
        EXPECT_FALSE(text.text.empty());
        EXPECT_FALSE(text.userName.empty());
    }
}

TEST_F(EffectsBatch, ASecondTimeDoesNothing)
{
    measure(plan(), {}, m_progress);
    const int passes = m_passes;
    const EffectsPlan again = plan();
    EXPECT_EQ(again.kept.size(), 5U);
    EXPECT_TRUE(again.due.empty());
    const EffectsBatchResult result = measure(again, {}, m_progress);
    EXPECT_EQ(result.measured, 0);
    EXPECT_EQ(result.kept, 5);
    EXPECT_EQ(m_passes, passes); // the model is not asked for
}

TEST_F(EffectsBatch, StoppedKeepsItsGroupsAndGoesOnBehindThem)
{
    StopAfter progress{2};
    const EffectsBatchResult first = measure(plan(), progress.token(), progress, 1); // one a pass
    EXPECT_TRUE(first.stopped);
    EXPECT_EQ(first.measured, 2);

    const EffectsPlan rest = plan();
    EXPECT_EQ(rest.kept.size(), 2U);
    ASSERT_EQ(rest.due.size(), 3U);
    const EffectsBatchResult second = measure(rest, {}, m_progress);
    EXPECT_FALSE(second.stopped);
    EXPECT_EQ(second.measured, 3);
    EXPECT_EQ(texts(plan()).size(), 5U);
}

TEST_F(EffectsBatch, AnEditedHistoryMakesEffectsStale)
{
    measure(plan(), {}, m_progress);
    {
        const auto project = store::Project::open(m_file, store::OpenMode::ReadWrite);
        const store::ExampleData data = store::Histories{*project}.example(plan().kept[0]);
        store::Histories{*project}.setText(data.history[0].id, "an edited past text", "Edit");
    }
    const EffectsPlan after = plan();
    EXPECT_GE(after.stale, 1);
    EXPECT_EQ(static_cast<std::size_t>(after.stale), after.due.size());
    EXPECT_EQ(texts(after).size(), after.kept.size()); // stale ones are not shown
    measure(after, {}, m_progress);
    EXPECT_TRUE(plan().due.empty());
}

TEST_F(EffectsBatch, OtherSettingsAreAnotherSeries)
{
    measure(plan(), {}, m_progress);
    m_request.settings.budget.maximumReviews = 1;
    EXPECT_EQ(plan().due.size(), 5U);
    m_request.settings.budget.maximumReviews = 8;
    EXPECT_TRUE(plan().due.empty());
    m_request.dtype = "bfloat16";
    EXPECT_EQ(plan().due.size(), 5U);
}

TEST_F(EffectsBatch, ATextWithoutHistoryIsSaidNotMeasured)
{
    {
        const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
        const store::ExampleData data = store::Histories{*project}.example(plan().due[0].example);
        m_request.examples = {data.history.back().id, data.target.id}; // the user's first text
    }
    const EffectsPlan of = plan();
    ASSERT_EQ(of.unusable.size(), 1U);
    EXPECT_EQ(of.unusable[0].reason, "it has no history before it");
    EXPECT_EQ(of.due.size(), 1U);
}

TEST_F(EffectsBatch, ASplitThatIsNotThereIsSaid)
{
    m_request.split = "none";
    EXPECT_THROW(static_cast<void>(plan()), Error);
    m_request.split = "small";
    m_request.part = "everything";
    EXPECT_THROW(static_cast<void>(plan()), Error);
}

} // namespace
} // namespace nextquill::workflow
