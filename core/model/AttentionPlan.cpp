// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/AttentionPlan.h"

#include "core/base/Error.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace nextquill::model {

namespace {

[[noreturn]] void refuseSegments(const std::string& problem)
{
    throw Error{ErrorKind::Internal, problem, "core/model/AttentionPlan", "report this"};
}

/// Appends the rows of `range` to the ancestors, joined to the last where it follows directly.
void appendRange(std::vector<RowRange>& ranges, const RowRange& range)
{
    if (range.length == 0) {
        return;
    }
    if (!ranges.empty() && ranges.back().begin + ranges.back().length == range.begin) {
        ranges.back().length += range.length;
    } else {
        ranges.push_back(range);
    }
}

} // namespace

AttentionPlan planAttention(const SegmentedBatch& batch)
{
    AttentionPlan plan;
    std::vector<AttentionRun> all; // also of empty segments, whose children need it
    std::int64_t row = 0;
    for (std::size_t i = 0; i < batch.segments.size(); ++i) {
        const Segment& segment = batch.segments[i];
        if (segment.parent < -1 || segment.parent >= static_cast<int>(i)) {
            refuseSegments("the parent of segment " + std::to_string(i) +
                           " does not come before it");
        }
        if (segment.begin != row || segment.length < 0) {
            refuseSegments("segment " + std::to_string(i) +
                           " does not begin where the last one ends");
        }
        row += segment.length;
        AttentionRun run{.own = {.begin = segment.begin, .length = segment.length}};
        if (segment.parent < 0) {
            run.root = plan.roots++;
        } else {
            const AttentionRun& parent = all[static_cast<std::size_t>(segment.parent)];
            run.root = parent.root;
            run.past = parent.past + parent.own.length;
            run.ancestors = parent.ancestors;
            appendRange(run.ancestors, parent.own);
        }
        all.push_back(std::move(run));
    }
    if (row != static_cast<std::int64_t>(batch.tokens.size())) {
        refuseSegments("the segments hold " + std::to_string(row) + " of " +
                       std::to_string(batch.tokens.size()) + " tokens");
    }
    for (AttentionRun& run : all) {
        if (run.own.length > 0) {
            plan.runs.push_back(std::move(run));
        }
    }
    return plan;
}

QueryBlocks cutIntoBlocks(const AttentionPlan& plan, std::int64_t rows)
{
    QueryBlocks result;
    for (std::size_t run = 0; run < plan.runs.size(); ++run) {
        const RowRange& own = plan.runs[run].own;
        for (std::int64_t done = 0; done < own.length; done += rows) {
            const std::int64_t n = std::min(rows, own.length - done);
            result.blocks.push_back({.run = run,
                                     .begin = own.begin + done,
                                     .rows = n,
                                     .keys = plan.runs[run].past + done + n});
            result.beginOfRow.insert(result.beginOfRow.end(), static_cast<std::size_t>(n),
                                     static_cast<std::int32_t>(own.begin + done));
            result.rowsOfRow.insert(result.rowsOfRow.end(), static_cast<std::size_t>(n),
                                    static_cast<std::int32_t>(n));
        }
    }
    return result;
}

QueryBlocks blocksOf(const QueryBlocks& all, std::span<const std::int64_t> wanted)
{
    std::set<std::int64_t> begins;
    for (const std::int64_t row : wanted) {
        begins.insert(all.beginOfRow.at(static_cast<std::size_t>(row)));
    }
    QueryBlocks some = all;
    std::erase_if(some.blocks,
                  [&](const QueryBlock& block) { return !begins.contains(block.begin); });
    some.coverAll = all.coverAll && some.blocks.size() == all.blocks.size();
    return some;
}

std::int64_t longestSight(const AttentionPlan& plan)
{
    std::int64_t longest = 0;
    for (const AttentionRun& run : plan.runs) {
        longest = std::max(longest, run.past + run.own.length);
    }
    return longest;
}

} // namespace nextquill::model
