// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/StepRecords.h"

#include "core/base/Error.h"
#include "core/train/Trainer.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace nextquill::train {

/// A record's place in a step.
struct StepRecords::Slot
{
    std::int64_t index = 0;                     ///< in the source
    std::optional<causal::TwinExample> example; ///< where this rank has read it
    std::string problem;                        ///< why it cannot be used
    double tokens = 0;                          ///< 0: broken, or not read here
};

namespace {

double tokensOf(const causal::TwinExample& example)
{
    return static_cast<double>(example.prefix.size() + example.historyBranch.size() +
                               example.plainBranch.size() + 2 * example.target.size());
}

} // namespace

std::vector<std::size_t> dealtInOrder(std::span<const double> sizes, int ranks)
{
    double all = 0;
    for (const double size : sizes) {
        all += size;
    }
    std::vector<std::size_t> cuts{0};
    double before = 0;
    std::size_t place = 0;
    for (int rank = 1; rank < ranks; ++rank) {
        const double wanted = all * rank / ranks;
        while (place < sizes.size() &&
               std::abs(before + sizes[place] - wanted) <= std::abs(before - wanted)) {
            before += sizes[place];
            ++place;
        }
        cuts.push_back(place);
    }
    cuts.push_back(sizes.size());
    return cuts;
}

StepRecords::StepRecords(const ExampleSource& source, const ExampleLimits& limits,
                         const TrainingSettings& settings, EventLog& events, ProcessGroup& group)
    : m_source{source}
    , m_limits{limits}
    , m_events{events}
    , m_group{group}
    , m_order{source.size(), settings.seed, settings.shuffle}
    , m_batch{settings.batch}
    , m_recordsPerStep{settings.batch * settings.accumulation}
    , m_stepsPerEpoch{(source.size() + m_recordsPerStep - 1) / m_recordsPerStep}
{
}

std::vector<StepRecords::Slot> StepRecords::slotsOf(std::int64_t step)
{
    const std::int64_t epoch = step / m_stepsPerEpoch;
    const std::int64_t first = (step % m_stepsPerEpoch) * m_recordsPerStep;
    const std::int64_t last = std::min(first + m_recordsPerStep, m_source.size());
    std::vector<Slot> slots(static_cast<std::size_t>(last - first));
    for (std::int64_t place = first; place < last; ++place) {
        slots[static_cast<std::size_t>(place - first)].index =
            m_order.at(epoch * m_source.size() + place);
    }
    return slots;
}

void StepRecords::read(Slot& slot) const
{
    if (slot.example || !slot.problem.empty()) {
        return;
    }
    try {
        slot.example = usableExample(m_source, slot.index, m_limits);
        slot.tokens = tokensOf(*slot.example);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::BadInput) {
            throw;
        }
        slot.problem = error.what();
    }
}

/// Reads an equal part of the step; then all ranks know the tokens of every record. False when any
/// is asked to stop.
bool StepRecords::readMine(std::vector<Slot>& slots, const StopToken& stop) const
{
    const auto ranks = static_cast<std::size_t>(m_group.size());
    const auto rank = static_cast<std::size_t>(m_group.rank());
    const std::size_t end = slots.size() * (rank + 1) / ranks;
    bool stops = false;
    for (std::size_t place = slots.size() * rank / ranks; place < end && !stops; ++place) {
        stops = stop.stop_requested();
        if (!stops) {
            read(slots[place]);
        }
    }
    std::vector<double> figures{stops ? 1.0 : 0.0};
    for (const Slot& slot : slots) {
        figures.push_back(slot.tokens);
    }
    figures = m_group.sum(std::move(figures));
    for (std::size_t place = 0; place < slots.size(); ++place) {
        slots[place].tokens = figures[place + 1];
    }
    return figures.front() == 0;
}

void StepRecords::warn(std::vector<Slot>& slots, std::int64_t step) const
{
    for (Slot& slot : slots) {
        if (slot.tokens > 0 || !m_group.leads()) {
            continue;
        }
        read(slot); // another rank found it broken: so does this one, and can say why
        m_events.append(
            {{"event", "warning"},
             {"step", step + 1},
             {"record", slot.index},
             {"message", "record left out: " + (slot.problem.empty() ? "another rank cannot read it"
                                                                     : slot.problem)}});
    }
}

std::optional<StepShare> StepRecords::after(std::int64_t step, const StopToken& stop)
{
    std::vector<Slot> slots = slotsOf(step);
    if (!readMine(slots, stop)) {
        return std::nullopt;
    }
    warn(slots, step);
    std::erase_if(slots, [](const Slot& slot) { return slot.tokens <= 0; });
    const auto batch = static_cast<std::size_t>(m_batch);
    std::vector<double> sizes((slots.size() + batch - 1) / batch, 0.0);
    for (std::size_t place = 0; place < slots.size(); ++place) {
        sizes[place / batch] += slots[place].tokens;
    }
    const std::vector<std::size_t> cuts = dealtInOrder(sizes, m_group.size());
    StepShare share{.all = static_cast<std::int64_t>(slots.size())};
    for (std::size_t rank = 0; rank + 1 < cuts.size(); ++rank) {
        const std::size_t first = std::min(cuts[rank] * batch, slots.size());
        const std::size_t last = std::min(cuts[rank + 1] * batch, slots.size());
        share.mostRecords = std::max(share.mostRecords, static_cast<std::int64_t>(last - first));
        if (std::cmp_not_equal(rank, m_group.rank())) {
            continue;
        }
        share.first = static_cast<std::int64_t>(first);
        for (std::size_t place = first; place < last; ++place) {
            read(slots[place]);
            if (!slots[place].example) {
                throw Error{ErrorKind::BadInput,
                            "a record that another rank read is broken here: " +
                                slots[place].problem,
                            "record " + std::to_string(slots[place].index),
                            "give all hosts the same records"};
            }
            share.records.push_back(std::move(*slots[place].example));
        }
    }
    return share;
}

std::vector<std::string> StepRecords::ids(std::int64_t step)
{
    std::vector<std::string> ids;
    for (Slot& slot : slotsOf(step)) {
        read(slot);
        if (slot.example) {
            ids.push_back(slot.example->id);
        }
    }
    return ids;
}

} // namespace nextquill::train
