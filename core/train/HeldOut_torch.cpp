// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/HeldOut_torch.h"

#include "core/base/Error.h"
#include "core/causal/FusedHead_torch.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/train/LossSum.h"
#include "core/train/Trainer.h"

#include <array>
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
    const torch::NoGradGuard noGrad;
    model::Network& network = frozen->network();
    return causal::targetEffects(causal::twinPass(network, group, {}), network.head())
        .to(device, /*non_blocking=*/true);
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

struct HeldOut::Sums
{
    LossSum objective;
    LossSum sft;
    LossSum sftNoHistory;
    std::int64_t records = 0;
    bool stopped = false; ///< then the sums are of no use
};

void HeldOut::add(const TwinExample& example, Sums& sums)
{
    const model::OutputHead head = m_decoder.network().head();
    const std::span one{&example, 1};
    const causal::TwinHidden pass = causal::twinPass(m_decoder.network(), one, {});
    const auto effects = frozenEffects(m_frozen, one, head.weight.device());
    const auto figures = [&](const Objective& objective,
                             const std::optional<torch::Tensor>& weights) {
        return causal::objectiveLoss(objective, pass, head, weights).figures;
    };
    const std::array all{figures(m_objective, effects),
                         figures(Objective::defaults(ObjectiveKind::Sft), std::nullopt),
                         figures(Objective::defaults(ObjectiveKind::SftNoHistory), std::nullopt)};
    const std::vector<causal::LossReport> reports = causal::reportsOf(all);
    sums.objective.add(reports[0], 1);
    sums.sft.add(reports[1], 1);
    sums.sftNoHistory.add(reports[2], 1);
    ++sums.records;
}

HeldOut::Sums HeldOut::sumsOfAllRanks(const Sums& own, const std::vector<std::int64_t>& broken,
                                      std::int64_t step, ProcessGroup& group)
{
    constexpr std::size_t each = LossSum::figureCount;
    std::vector<double> figures;
    for (const LossSum* sum : {&own.objective, &own.sft, &own.sftNoHistory}) {
        const auto part = sum->figures();
        figures.insert(figures.end(), part.begin(), part.end());
    }
    figures.push_back(static_cast<double>(own.records));
    figures.push_back(own.stopped ? 1 : 0);
    const std::size_t flags = figures.size();
    figures.resize(flags + static_cast<std::size_t>(m_source->size()), 0.0);
    for (const std::int64_t index : broken) {
        figures[flags + static_cast<std::size_t>(index)] = 1;
    }
    figures = group.sum(std::move(figures));
    const std::span all{figures};
    for (std::int64_t index = 0; group.leads() && index < m_source->size(); ++index) {
        if (figures[flags + static_cast<std::size_t>(index)] > 0) {
            static_cast<void>(exampleAt(index, step)); // warns, as the rank that read it cannot
        }
    }
    return {.objective = LossSum::of(all.subspan<0, each>()),
            .sft = LossSum::of(all.subspan<each, each>()),
            .sftNoHistory = LossSum::of(all.subspan<2 * each, each>()),
            .records = static_cast<std::int64_t>(figures[3 * each]),
            .stopped = figures[3 * each + 1] > 0};
}

std::optional<HeldOutLoss> HeldOut::measure(std::int64_t step, const StopToken& stop,
                                            ProcessGroup& group)
{
    const torch::NoGradGuard noGrad;
    Sums own;
    std::vector<std::int64_t> broken;
    for (std::int64_t i = group.rank(); i < m_source->size() && !own.stopped; i += group.size()) {
        own.stopped = stop.stop_requested();
        const auto example = own.stopped ? std::nullopt : exampleAt(i, step);
        if (example) {
            add(*example, own);
        } else if (!own.stopped) {
            broken.push_back(i);
        }
    }
    const Sums all = sumsOfAllRanks(own, broken, step, group);
    if (all.stopped) {
        return std::nullopt;
    }
    return HeldOutLoss{.objective = all.objective.mean(),
                       .nll_h = all.sft.mean().loss,
                       .nll_0 = all.sftNoHistory.mean().loss,
                       .records = all.records};
}

} // namespace nextquill::train
