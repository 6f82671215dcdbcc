// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EventLog.h"
#include "core/base/Progress.h"
#include "core/causal/Objective.h"
#include "core/causal/TwinExample.h"
#include "core/train/RunEvents.h"
#include "core/train/UsableExample.h"
#include "core/train/distributed/ProcessGroup.h"

#include <torch/torch.h>

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::train {

class ExampleSource;

/// p_h - p_0 of all target tokens by the frozen model, [T] on `device`, in one pass; none without
/// such a model.
[[nodiscard]] std::optional<torch::Tensor> frozenEffects(model::Decoder* frozen,
                                                         std::span<const causal::TwinExample> group,
                                                         torch::Device device);

/// Measures held-out losses during a run.
///
/// Borrows  everything given but the limits
class HeldOut
{
public:
    HeldOut(model::Decoder& decoder, model::Decoder* frozen, const ExampleSource* source,
            const ExampleLimits& limits, const causal::Objective& objective, EventLog& events);

    /// False when there is nothing to measure on.
    [[nodiscard]] bool hasRecords() const;

    /// Records one by one, without dropout, each rank its part of them. A broken one is left out,
    /// with a warning in the event log the first time. Collective.
    ///
    /// Stops    between records; none then, on all ranks: a mean over a part would not compare
    [[nodiscard]] std::optional<HeldOutLoss> measure(std::int64_t step, const StopToken& stop,
                                                     ProcessGroup& group);

private:
    struct Sums;
    void add(const causal::TwinExample& example, Sums& sums);
    [[nodiscard]] Sums sumsOfAllRanks(const Sums& own, const std::vector<std::int64_t>& broken,
                                      std::int64_t step, ProcessGroup& group);
    [[nodiscard]] std::optional<causal::TwinExample> exampleAt(std::int64_t index,
                                                               std::int64_t step);

    model::Decoder& m_decoder;
    model::Decoder* m_frozen;
    const ExampleSource* m_source;
    ExampleLimits m_limits;
    const causal::Objective& m_objective;
    EventLog& m_events;
    std::set<std::int64_t> m_warned;
};

} // namespace nextquill::train
