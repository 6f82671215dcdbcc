// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/TrainingCost.h"

#include "core/bench/ForwardCost.h"

#include <algorithm>
#include <cstdint>

namespace nextquill::bench {

namespace {

/// Keys of all blocks of queries, times the blocks' rows.
std::int64_t scores(std::int64_t rows, std::int64_t past, std::int64_t blockRows)
{
    std::int64_t all = 0;
    for (std::int64_t done = 0; done < rows; done += blockRows) {
        const std::int64_t n = std::min(blockRows, rows - done);
        all += n * (past + done + n);
    }
    return all;
}

} // namespace

TrainingCost trainingCost(const model::ModelConfig& c, std::span<const causal::TwinExample> records,
                          std::int64_t blockRows)
{
    std::int64_t tokens = 0;
    std::int64_t targets = 0;
    std::int64_t pairs = 0;
    for (const causal::TwinExample& record : records) {
        const auto prefix = static_cast<std::int64_t>(record.prefix.size());
        const auto written = static_cast<std::int64_t>(record.target.size()) - 1;
        const std::int64_t history =
            static_cast<std::int64_t>(record.historyBranch.size()) + written;
        const std::int64_t plain = static_cast<std::int64_t>(record.plainBranch.size()) + written;
        tokens += prefix + history + plain;
        targets += written + 1;
        pairs += scores(prefix, 0, blockRows) + scores(history, prefix, blockRows) +
                 scores(plain, prefix, blockRows);
    }
    // The last layer, behind attention, and the head have the targets' rows of both worlds alone.
    const ForwardCost forward =
        forwardCost(c, {.tokens = tokens, .pairs = pairs, .rows = 2 * targets});
    return {.forward = forward.all(),
            .backward = forward.linear + 2.5 * forward.attention + forward.head,
            .weights = forward.linear + forward.head};
}

} // namespace nextquill::bench
