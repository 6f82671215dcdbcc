// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EventLog.h"
#include "core/base/Progress.h"
#include "core/causal/TwinExample.h"
#include "core/train/DataOrder.h"
#include "core/train/TrainingSettings.h"
#include "core/train/UsableExample.h"
#include "core/train/distributed/ProcessGroup.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nextquill::train {

class ExampleSource;

/// What one rank does of an optimizer step.
struct StepShare
{
    std::vector<causal::TwinExample> records; ///< this rank's
    std::int64_t all = 0;                     ///< usable records of the step, of all ranks
    std::int64_t first = 0;       ///< place of this rank's first among them; a multiple of batch
    std::int64_t mostRecords = 0; ///< of any rank
};

/// Which records make which optimizer step: batch · accumulation of an epoch's order, the last step
/// of an epoch what is left. What makes a step does not depend on the number of ranks: whole
/// micro-batches are dealt to them, in order, so that all have about the same number of tokens.
///
/// Borrows  source, events, group
class StepRecords
{
public:
    StepRecords(const ExampleSource& source, const ExampleLimits& limits,
                const TrainingSettings& settings, EventLog& events, ProcessGroup& group);

    [[nodiscard]] std::int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }

    /// This rank's records of the step behind `step` finished ones. Broken ones of all ranks are
    /// left out, each with a warning in the event log. Collective; a rank reads little more than
    /// its own.
    ///
    /// Stops    between records; none then, on all ranks when any is asked to stop
    [[nodiscard]] std::optional<StepShare> after(std::int64_t step, const StopToken& stop);

    /// Ids of all usable records of that step, whoever computes them. Not collective.
    [[nodiscard]] std::vector<std::string> ids(std::int64_t step);

private:
    struct Slot;
    [[nodiscard]] std::vector<Slot> slotsOf(std::int64_t step);
    void read(Slot& slot) const;
    [[nodiscard]] bool readMine(std::vector<Slot>& slots, const StopToken& stop) const;
    void warn(std::vector<Slot>& slots, std::int64_t step) const;

    const ExampleSource& m_source;
    ExampleLimits m_limits;
    EventLog& m_events;
    ProcessGroup& m_group;
    DataOrder m_order;
    std::int64_t m_batch;
    std::int64_t m_recordsPerStep;
    std::int64_t m_stepsPerEpoch;
};

/// Cuts micro-batches of these sizes (tokens) into one run per rank: the place of the first one of
/// each rank, and the end. The sums of the runs are as equal as whole micro-batches in their order
/// allow.
[[nodiscard]] std::vector<std::size_t> dealtInOrder(std::span<const double> sizes, int ranks);

} // namespace nextquill::train
