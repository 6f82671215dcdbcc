// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/RotaryScaling.h"
#include "core/model/Segments.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nextquill::model {

/// A batch for a model whose rotary positions depend on how long a sequence is
/// (RotaryScaling::dependsOnLength): sequences that are not turned alike share no tokens.
struct LengthBatch
{
    SegmentedBatch batch;
    std::vector<std::int64_t> rows; ///< of each row of the given batch, in `batch`
    std::vector<std::int64_t>
        lengths;              ///< of each row of `batch`: the longest sequence turned alike
    std::vector<bool> redone; ///< of each root: `batch` has its cached tokens again
    bool isChanged = false;   ///< false: `batch` is the given one
};

/// Sequences are the paths from a root to a segment without children. Those of one root that are
/// turned alike stay one tree; a row that several trees have then is that of the first one.
///
/// `cached` holds the tokens that each root continues, or nothing. Where the new length turns them
/// otherwise than they were turned, they stand at the root's beginning.
[[nodiscard]] LengthBatch separateLengths(const SegmentedBatch& batch, const RotaryScaling& scaling,
                                          std::span<const std::vector<text::TokenId>> cached);

} // namespace nextquill::model
