// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/StepRecords.h"

#include "core/base/Error.h"
#include "core/train/Trainer.h"

#include <algorithm>
#include <string>

namespace nextquill::train {

StepRecords::StepRecords(const ExampleSource& source, const ExampleLimits& limits,
                         const TrainingSettings& settings, EventLog& events)
    : m_source{source}
    , m_limits{limits}
    , m_events{events}
    , m_order{source.size(), settings.seed, settings.shuffle}
    , m_recordsPerStep{settings.batch * settings.accumulation}
    , m_stepsPerEpoch{(source.size() + m_recordsPerStep - 1) / m_recordsPerStep}
{
}

std::optional<std::vector<causal::TwinExample>> StepRecords::after(std::int64_t step,
                                                                   const StopToken& stop)
{
    const std::int64_t epoch = step / m_stepsPerEpoch;
    const std::int64_t first = (step % m_stepsPerEpoch) * m_recordsPerStep;
    const std::int64_t last = std::min(first + m_recordsPerStep, m_source.size());
    std::vector<causal::TwinExample> records;
    for (std::int64_t place = first; place < last; ++place) {
        if (stop.stop_requested()) {
            return std::nullopt;
        }
        const std::int64_t index = m_order.at(epoch * m_source.size() + place);
        try {
            records.push_back(usableExample(m_source, index, m_limits));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadInput) {
                throw;
            }
            m_events.append({{"event", "warning"},
                             {"step", step + 1},
                             {"record", index},
                             {"message", std::string{"record left out: "} + error.what()}});
        }
    }
    return records;
}

} // namespace nextquill::train
