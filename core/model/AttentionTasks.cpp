// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/AttentionTasks.h"

#include <cstddef>
#include <functional>
#include <iterator>

namespace nextquill::model {

std::vector<std::vector<AttentionTask>> shareOut(const QueryBlocks& blocks, std::int64_t keyHeads,
                                                 std::int64_t threads)
{
    std::vector<AttentionTask> tasks;
    for (const QueryBlock& block : blocks.blocks) {
        for (std::int64_t head = 0; head < keyHeads; ++head) {
            tasks.push_back({.block = &block, .keyHead = head});
        }
    }
    std::ranges::stable_sort(tasks, std::ranges::greater{}, &AttentionTask::cost);
    std::vector<std::vector<AttentionTask>> shares(
        static_cast<std::size_t>(std::max<std::int64_t>(1, std::min(threads, std::ssize(tasks)))));
    std::vector<std::int64_t> loads(shares.size());
    for (const AttentionTask& task : tasks) {
        const auto least =
            static_cast<std::size_t>(std::ranges::min_element(loads) - loads.begin());
        shares[least].push_back(task);
        loads[least] += task.cost();
    }
    return shares;
}

std::int64_t longestBlock(const QueryBlocks& blocks, std::int64_t QueryBlock::* length)
{
    std::int64_t longest = 0;
    for (const QueryBlock& block : blocks.blocks) {
        longest = std::max(longest, block.*length);
    }
    return longest;
}

} // namespace nextquill::model
