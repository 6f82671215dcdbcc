// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/ForwardCost.h"

#include <algorithm>
#include <cstddef>

namespace nextquill::bench {

namespace {

double product(std::int64_t rows, std::int64_t in, std::int64_t out)
{
    return 2.0 * static_cast<double>(rows) * static_cast<double>(in) * static_cast<double>(out);
}

/// Keys that the tokens from `begin` to `end` of a sequence see.
std::int64_t pairsOf(std::int64_t begin, std::int64_t end)
{
    return (end * (end + 1) - begin * (begin + 1)) / 2;
}

} // namespace

ForwardCost forwardCost(const model::ModelConfig& c, const PassWork& work)
{
    const std::int64_t queries = c.heads * c.headSize;
    const std::int64_t keys = c.keyValueHeads * c.headSize;
    const double in = product(work.tokens, c.hiddenSize, queries + 2 * keys);
    const auto behindAttention = [&](std::int64_t n) {
        return product(n, queries, c.hiddenSize) + product(n, c.hiddenSize, 3 * c.intermediateSize);
    };
    return {.linear = static_cast<double>(c.layers) * in +
                      static_cast<double>(c.layers - 1) * behindAttention(work.tokens) +
                      behindAttention(work.rows),
            .attention = static_cast<double>(c.layers) * 2.0 * product(work.pairs, 1, queries),
            .head = product(work.rows, c.hiddenSize, c.vocabularySize)};
}

PassWork sharedWork(std::span<const std::vector<text::TokenId>> sequences, std::int64_t rows)
{
    PassWork work;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        std::ptrdiff_t shared = 0;
        for (std::size_t j = 0; j < i; ++j) {
            const auto [here, there] = std::ranges::mismatch(sequences[i], sequences[j]);
            shared = std::max(shared, here - sequences[i].begin());
        }
        const auto end = static_cast<std::int64_t>(sequences[i].size());
        work.tokens += end - shared;
        work.pairs += pairsOf(shared, end);
        work.rows += rows;
    }
    return work;
}

PassWork separateWork(std::span<const std::vector<text::TokenId>> sequences, std::int64_t rows)
{
    PassWork work;
    for (const std::vector<text::TokenId>& sequence : sequences) {
        const auto end = static_cast<std::int64_t>(sequence.size());
        work.tokens += end;
        work.pairs += pairsOf(0, end);
        work.rows += rows;
    }
    return work;
}

} // namespace nextquill::bench
