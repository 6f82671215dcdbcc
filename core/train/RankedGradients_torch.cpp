// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RankedGradients_torch.h"

#include "core/base/Error.h"
#include "core/train/RunDirectory.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace nextquill::train {

RankedGradients::RankedGradients(StepGradients& gradients, ShardedAdamW& optimizer,
                                 const TrainingSettings& settings, RunDirectory& directory,
                                 ProcessGroup& group)
    : m_gradients{gradients}
    , m_optimizer{optimizer}
    , m_settings{settings}
    , m_directory{directory}
    , m_group{group}
{
}

std::optional<StepSums> RankedGradients::of(std::int64_t step, const StepShare& share,
                                            const std::function<bool()>& goesOn)
{
    const auto count = static_cast<std::int64_t>(share.records.size());
    const std::int64_t stretch = m_optimizer.sumsEarly() ? m_settings.batch : share.mostRecords;
    StepSums sums;
    for (std::int64_t first = 0; first < share.mostRecords; first += stretch) {
        const auto begin = static_cast<std::size_t>(std::min(first, count));
        const auto end = static_cast<std::size_t>(std::min(first + stretch, count));
        const StepPart part{.records = std::span{share.records}.subspan(begin, end - begin),
                            .first = share.first + first,
                            .all = share.all};
        auto more = ofStretch(step, part, sums, goesOn);
        const bool last = first + stretch >= share.mostRecords;
        if (!m_optimizer.reduceGradients(last, more.has_value())) {
            return std::nullopt;
        }
        sums = std::move(*more);
    }
    return ofAllRanks(step, sums);
}

std::optional<StepSums> RankedGradients::ofStretch(std::int64_t step, const StepPart& part,
                                                   const StepSums& before,
                                                   const std::function<bool()>& goesOn)
{
    if (part.records.empty()) {
        return goesOn() ? std::optional{before} : std::nullopt;
    }
    while (true) {
        try {
            return m_gradients.add(step, part, before, goesOn);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::OutOfMemory) {
                throw;
            }
        }
        m_optimizer.dropUnsummed();
        takeSmallerPasses(step);
    }
}

StepSums RankedGradients::ofAllRanks(std::int64_t step, const StepSums& own)
{
    const auto losses = own.losses.figures();
    std::vector<double> figures{losses.begin(), losses.end()};
    figures.push_back(static_cast<double>(own.tokens));
    const std::size_t first = figures.size();
    figures.resize(first + static_cast<std::size_t>(m_group.size()), 0.0);
    figures[first + static_cast<std::size_t>(m_group.rank())] =
        static_cast<double>(m_gradients.recordsAtOnce());
    figures = m_group.sum(std::move(figures));
    const std::span all{figures};
    const auto atOnce = all.subspan(first);
    const auto least = std::ranges::min_element(atOnce);
    takePassesOf(least - atOnce.begin(), static_cast<std::int64_t>(*least), step);
    return {.losses = LossSum::of(all.first<LossSum::figureCount>()),
            .tokens = static_cast<std::int64_t>(figures[LossSum::figureCount])};
}

/// What a checkpoint says of passes holds for every rank.
void RankedGradients::takePassesOf(std::int64_t rank, std::int64_t recordsAtOnce, std::int64_t step)
{
    if (recordsAtOnce < m_gradients.recordsAtOnce()) {
        m_gradients.setRecordsAtOnce(recordsAtOnce);
        warn(step, "rank " + std::to_string(rank) + " has not enough memory for more than " +
                       std::to_string(recordsAtOnce) +
                       " records at once: all ranks go on with as many, and as many more passes to "
                       "a step");
    }
}

void RankedGradients::takeSmallerPasses(std::int64_t step)
{
    const auto change = m_gradients.needLess();
    if (!change) {
        throw Error{ErrorKind::OutOfMemory, "there is not enough memory for a single record",
                    m_directory.folder().string() + ", step " + std::to_string(step + 1),
                    "lower max-prompt-tokens or max-target-tokens, train adapters instead of all "
                    "weights, or close other programs; then resume the run"};
    }
    warn(step, *change);
}

void RankedGradients::warn(std::int64_t step, const std::string& what)
{
    const bool inGroups = m_settings.objective.normalize == causal::Normalize::Batch;
    m_directory.events().append(
        {{"event", "warning"},
         {"step", step + 1},
         {"message", what + (inGroups ? "; token weights are normalised within each pass" : "")},
         {"records_at_once", m_gradients.recordsAtOnce()}});
}

} // namespace nextquill::train
