// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Segments.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nextquill::model {

/// Consecutive rows of a batch.
struct RowRange
{
    std::int64_t begin = 0;
    std::int64_t length = 0;
};

/// Which rows of keys and values a segment's rows see: those of its ancestors, then its own up to
/// the row itself.
struct AttentionRun
{
    RowRange own;
    std::vector<RowRange> ancestors; ///< root first; neighbours are one range
    std::size_t root = 0;            ///< which of the batch's roots it descends from
    std::int64_t past = 0;           ///< tokens of the ancestors together
};

/// Who sees whom, worked out once for all layers.
struct AttentionPlan
{
    std::vector<AttentionRun> runs; ///< empty segments have none
    std::size_t roots = 0;
};

/// Throws Error(Internal) for a batch whose segments do not lie in its tokens one after the other,
/// or whose parents do not come first.
[[nodiscard]] AttentionPlan planAttention(const SegmentedBatch& batch);

/// Queries of a run that are computed together: rows [begin, begin + rows) of the batch, which see
/// the run's first `keys` keys; the last `rows` of those are masked causally.
struct QueryBlock
{
    std::size_t run = 0; ///< in AttentionPlan::runs
    std::int64_t begin = 0;
    std::int64_t rows = 0;
    std::int64_t keys = 0;
};

/// All blocks of a plan, and the block of each of the batch's N rows.
struct QueryBlocks
{
    std::vector<QueryBlock> blocks;
    std::vector<std::int32_t> beginOfRow; ///< [N] first row of its block
    std::vector<std::int32_t> rowsOfRow;  ///< [N] rows of its block
    bool coverAll = true;                 ///< false where blocks were left out
};

/// Cuts every run into blocks of `rows` rows, the last one shorter.
[[nodiscard]] QueryBlocks cutIntoBlocks(const AttentionPlan& plan, std::int64_t rows);

/// Those blocks alone that have one of the wanted rows: for a layer whose other rows nobody reads.
/// Rows keep their places.
[[nodiscard]] QueryBlocks blocksOf(const QueryBlocks& all, std::span<const std::int64_t> wanted);

/// Keys that the row that sees most of them sees.
[[nodiscard]] std::int64_t longestSight(const AttentionPlan& plan);

} // namespace nextquill::model
