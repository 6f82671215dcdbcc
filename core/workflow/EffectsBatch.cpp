// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectsBatch.h"

#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/model/Decoder.h"
#include "core/store/Project.h"

#include <algorithm>

namespace nextquill::workflow {

namespace {

constexpr std::size_t processorPass = 2'048;
constexpr std::size_t devicePass = 16'384;
constexpr std::size_t largestGroup = 64; ///< texts: what a kill loses is bounded

store::KeptToken keptToken(const causal::TokenEffect& effect)
{
    // Rounding may leave the logarithm of a probability of 1 just above 0.
    return {.token = static_cast<std::int32_t>(effect.token),
            .bytes = effect.bytes,
            .logp_h = std::min(effect.logp_h, 0.0F),
            .logp_0 = std::min(effect.logp_0, 0.0F),
            .js = effect.js,
            .rank_h = effect.rank_h,
            .rank_0 = effect.rank_0};
}

store::KeptEffects keptEffects(const DueText& due, const causal::PreferenceEffects& effects)
{
    store::KeptEffects kept{.example = due.example, .content = due.content};
    kept.tokens.reserve(effects.tokens.size());
    for (const causal::TokenEffect& effect : effects.tokens) {
        kept.tokens.push_back(keptToken(effect));
    }
    return kept;
}

/// Goes through the texts that are due, a group at a time.
class Batch
{
public:
    Batch(const std::filesystem::path& project, const EffectsPlan& plan, std::size_t tokensPerPass,
          const StopToken& stop, Progress& progress)
        : m_project{store::Project::open(project, store::OpenMode::ReadWrite)}
        , m_histories{*m_project}
        , m_plan{plan}
        , m_tokensPerPass{tokensPerPass}
        , m_stop{stop}
        , m_progress{progress}
    {
        m_result.kept = static_cast<std::int64_t>(plan.kept.size());
        m_result.unusable = plan.unusable;
        m_series = store::EffectStore{*m_project}.open(plan.modelName, plan.modelDigest,
                                                       plan.settingsDigest);
    }

    [[nodiscard]] bool isDone() const
    {
        return m_next == m_plan.due.size() && m_group.empty() && !m_waiting;
    }

    /// Measures one group and keeps it.
    void advance(model::Decoder& decoder)
    {
        stopPoint(m_stop);
        fill(decoder);
        if (m_group.empty()) {
            return;
        }
        NoProgress quiet;
        const auto effects = causal::measurePreferenceEffects(
            decoder, m_twins, {.tokensPerPass = passOf(decoder)}, m_stop, quiet);
        std::vector<store::KeptEffects> kept;
        for (std::size_t i = 0; i < effects.size(); ++i) {
            kept.push_back(keptEffects(m_group[i], effects[i]));
        }
        store::EffectStore{*m_project}.put(m_series, kept);
        m_result.measured += static_cast<std::int64_t>(kept.size());
        m_group.clear();
        m_twins.clear();
        report();
    }

    void report()
    {
        m_progress.report(
            {.done = m_result.measured +
                     static_cast<std::int64_t>(m_result.unusable.size() - m_plan.unusable.size()),
             .total = static_cast<std::int64_t>(m_plan.due.size()),
             .stage = "measuring effects with " + m_plan.modelName});
    }

    [[nodiscard]] EffectsBatchResult take() { return std::move(m_result); }
    void setStopped() { m_result.stopped = true; }

private:
    [[nodiscard]] std::size_t passOf(const model::Decoder& decoder) const
    {
        if (m_tokensPerPass > 0) {
            return m_tokensPerPass;
        }
        return decoder.device() == "cpu" ? processorPass : devicePass;
    }

    /// Takes texts up to a pass; the one that has no room in it waits for the next.
    void fill(const model::Decoder& decoder)
    {
        std::size_t tokens = 0;
        while (m_group.size() < largestGroup) {
            if (!m_waiting && !readNext(decoder)) {
                return;
            }
            const std::size_t more = m_waiting->prefix.size() + m_waiting->historyBranch.size() +
                                     m_waiting->plainBranch.size() + 2 * m_waiting->target.size();
            if (!m_group.empty() && tokens + more > passOf(decoder)) {
                return;
            }
            tokens += more;
            m_twins.push_back(std::move(*m_waiting));
            m_group.push_back(m_waitingText);
            m_waiting.reset();
        }
    }

    /// The next text that can be measured, as tokens; false where there is none.
    bool readNext(const model::Decoder& decoder)
    {
        while (m_next < m_plan.due.size()) {
            stopPoint(m_stop);
            const ExampleId example = m_plan.due[m_next++].example;
            try {
                const store::ExampleData data = m_histories.example(example);
                // Days may lie behind the plan: what is measured is what is there now.
                m_waitingText = {.example = example, .content = contentDigest(data)};
                m_waiting = twinExampleFor(data, decoder.files(), m_plan.settings);
                requireRoom(*m_waiting, decoder);
                return true;
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::BadInput) {
                    throw;
                }
                m_waiting.reset();
                m_result.unusable.push_back({example, error.problem()});
            }
        }
        return false;
    }

    /// Said of this text now, before it takes its group along.
    static void requireRoom(const causal::TwinExample& example, const model::Decoder& decoder)
    {
        const std::size_t longest =
            example.prefix.size() + example.target.size() +
            std::max(example.historyBranch.size(), example.plainBranch.size());
        if (std::cmp_greater(longest, decoder.config().contextLength)) {
            throw Error{ErrorKind::BadInput, "prompt and text are longer than the model's context",
                        example.id, "lower the prompt budget, or take a shorter text"};
        }
    }

    std::unique_ptr<store::Project> m_project;
    store::Histories m_histories;
    const EffectsPlan& m_plan;
    std::size_t m_tokensPerPass;
    const StopToken& m_stop;
    Progress& m_progress;
    store::EffectSeries m_series;
    EffectsBatchResult m_result;
    std::size_t m_next = 0;
    std::optional<causal::TwinExample> m_waiting; ///< read, not yet in a group
    DueText m_waitingText;
    std::vector<causal::TwinExample> m_twins; ///< the group as the model takes it
    std::vector<DueText> m_group;             ///< parallel
};

} // namespace

EffectsBatchResult measureEffects(const std::filesystem::path& project, const EffectsPlan& plan,
                                  const DecoderUse& withDecoder, std::size_t tokensPerPass,
                                  const StopToken& stop, Progress& progress)
{
    if (plan.due.empty()) {
        return {.kept = static_cast<std::int64_t>(plan.kept.size()), .unusable = plan.unusable};
    }
    Batch batch{project, plan, tokensPerPass, stop, progress};
    try {
        batch.report();
        while (!batch.isDone()) {
            stopPoint(stop);
            withDecoder([&batch](model::Decoder& decoder) { batch.advance(decoder); });
        }
    } catch (const Stopped&) {
        batch.setStopped();
    }
    return batch.take();
}

} // namespace nextquill::workflow
