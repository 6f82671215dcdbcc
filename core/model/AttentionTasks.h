// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/AttentionPlan.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace nextquill::model {

/// One block of queries under one key-value head: what a thread does at a time.
struct AttentionTask
{
    const QueryBlock* block = nullptr;
    std::int64_t keyHead = 0;

    [[nodiscard]] std::int64_t cost() const { return block->rows * block->keys; }
};

/// The tasks of each thread: the longest first, each to who has least to do. The same for the same
/// number of threads, so that sums are made in the same order again.
[[nodiscard]] std::vector<std::vector<AttentionTask>>
shareOut(const QueryBlocks& blocks, std::int64_t keyHeads, std::int64_t threads);

[[nodiscard]] std::int64_t longestBlock(const QueryBlocks& blocks,
                                        std::int64_t QueryBlock::* length);

/// Calls body(done, begin, length) for the rows [0, keys) of what a run sees, as ranges of the
/// batch's rows.
template<class Body>
void eachSeenRange(const AttentionRun& run, std::int64_t keys, const Body& body)
{
    std::int64_t done = 0;
    const auto visit = [&](const RowRange& range) {
        const std::int64_t length = std::min(range.length, keys - done);
        if (length > 0) {
            body(done, range.begin, length);
            done += length;
        }
    };
    for (const RowRange& range : run.ancestors) {
        visit(range);
    }
    visit(run.own);
}

} // namespace nextquill::model
