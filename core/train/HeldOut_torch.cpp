// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/HeldOut_torch.h"

#include "core/base/Error.h"
#include "core/causal/FusedHead_torch.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/Decoder.h"
#include "core/train/LossSum.h"
#include "core/train/Trainer.h"

#include <string>
#include <vector>

namespace nextquill::train {

using causal::Objective;
using causal::ObjectiveKind;
using causal::TwinExample;

std::optional<torch::Tensor> frozenEffects(model::Decoder* frozen,
                                           std::span<const TwinExample> group, torch::Device device)
{
    if (frozen == nullptr) {
        return std::nullopt;
    }
    NoProgress quiet;
    std::vector<float> pces;
    for (const causal::PreferenceEffects& effects :
         causal::measurePreferenceEffects(*frozen, group, {}, {}, quiet)) {
        for (const causal::TokenEffect& token : effects.tokens) {
            pces.push_back(token.pce());
        }
    }
    return torch::tensor(pces).to(device);
}

HeldOut::HeldOut(model::Decoder& decoder, model::Decoder* frozen, const ExampleSource* source,
                 const ExampleLimits& limits, const Objective& objective, EventLog& events)
    : m_decoder{decoder}
    , m_frozen{frozen}
    , m_source{source}
    , m_limits{limits}
    , m_objective{objective}
    , m_events{events}
{
}

bool HeldOut::hasRecords() const
{
    return m_source != nullptr && m_source->size() > 0;
}

std::optional<TwinExample> HeldOut::exampleAt(std::int64_t index, std::int64_t step)
{
    try {
        return usableExample(*m_source, index, m_limits);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::BadInput) {
            throw;
        }
        if (m_warned.insert(index).second) {
            m_events.append(
                {{"event", "warning"},
                 {"step", step},
                 {"record", index},
                 {"message", std::string{"held-out record left out: "} + error.what()}});
        }
        return std::nullopt;
    }
}

std::optional<HeldOutLoss> HeldOut::measure(std::int64_t step, const StopToken& stop)
{
    const torch::NoGradGuard noGrad;
    const torch::Tensor head = m_decoder.network().headWeight();
    const Objective withHistory = Objective::defaults(ObjectiveKind::Sft);
    const Objective withoutHistory = Objective::defaults(ObjectiveKind::SftNoHistory);
    LossSum objective;
    LossSum sft;
    LossSum sftNoHistory;
    HeldOutLoss result;
    for (std::int64_t i = 0; i < m_source->size(); ++i) {
        if (stop.stop_requested()) {
            return std::nullopt;
        }
        const std::optional<TwinExample> example = exampleAt(i, step);
        if (!example) {
            continue;
        }
        const std::span one{&*example, 1};
        const causal::TwinHidden pass = causal::twinPass(m_decoder.network(), one, {});
        const auto effects = frozenEffects(m_frozen, one, head.device());
        objective.add(causal::objectiveLoss(m_objective, pass, head, effects).report, 1);
        sft.add(causal::objectiveLoss(withHistory, pass, head).report, 1);
        sftNoHistory.add(causal::objectiveLoss(withoutHistory, pass, head).report, 1);
        ++result.records;
    }
    result.objective = objective.mean();
    result.nll_h = sft.mean().loss;
    result.nll_0 = sftNoHistory.mean().loss;
    return result;
}

} // namespace nextquill::train
