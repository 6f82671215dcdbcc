// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/TrainingCost.h"

#include <algorithm>
#include <cstdint>

namespace nextquill::bench {

namespace {

double product(std::int64_t rows, std::int64_t in, std::int64_t out)
{
    return 2.0 * static_cast<double>(rows) * static_cast<double>(in) * static_cast<double>(out);
}

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
    const std::int64_t queries = c.heads * c.headSize;
    const std::int64_t keys = c.keyValueHeads * c.headSize;
    const std::int64_t rows = 2 * targets; // of the last layer, behind attention, and of the head
    const double in = product(tokens, c.hiddenSize, queries + 2 * keys);
    const auto rest = [&](std::int64_t n) {
        return product(n, queries, c.hiddenSize) + product(n, c.hiddenSize, 3 * c.intermediateSize);
    };
    const double linear = static_cast<double>(c.layers) * in +
                          static_cast<double>(c.layers - 1) * rest(tokens) + rest(rows);
    const double attention = static_cast<double>(c.layers) * static_cast<double>(pairs) * 2.0 *
                             static_cast<double>(queries);
    const double head = product(rows, c.hiddenSize, c.vocabularySize);
    return {.forward = linear + 2 * attention + head,
            .backward = linear + 5 * attention + head,
            .weights = linear + head};
}

} // namespace nextquill::bench
