// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EventLog.h"
#include "core/base/Progress.h"
#include "core/causal/TwinExample.h"
#include "core/train/DataOrder.h"
#include "core/train/TrainingSettings.h"
#include "core/train/UsableExample.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace nextquill::train {

class ExampleSource;

/// Which records make which optimizer step: batch · accumulation of an epoch's order, the last step
/// of an epoch what is left.
///
/// Borrows  source, events
class StepRecords
{
public:
    StepRecords(const ExampleSource& source, const ExampleLimits& limits,
                const TrainingSettings& settings, EventLog& events);

    [[nodiscard]] std::int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }

    /// The records of the step behind `step` finished ones. Broken ones are left out, each with a
    /// warning in the event log.
    ///
    /// Stops    between records; none then
    [[nodiscard]] std::optional<std::vector<causal::TwinExample>> after(std::int64_t step,
                                                                        const StopToken& stop);

private:
    const ExampleSource& m_source;
    ExampleLimits m_limits;
    EventLog& m_events;
    DataOrder m_order;
    std::int64_t m_recordsPerStep;
    std::int64_t m_stepsPerEpoch;
};

} // namespace nextquill::train
