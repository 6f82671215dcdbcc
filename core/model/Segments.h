// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nextquill::model {

/// A run of tokens. It attends to all of its ancestors and causally to itself; its positions go on
/// from its parent's end.
struct Segment
{
    int parent = -1;           ///< index of an earlier segment, or -1 for a root
    std::int64_t begin = 0;    ///< first row in SegmentedBatch::tokens
    std::int64_t length = 0;   ///< tokens, may be 0
    std::int64_t position = 0; ///< of its first token
};

/// Token runs packed one behind the other, no padding: N rows in all.
///
/// The one shape of input that the decoder knows. A plain text is one segment; a twin example is a
/// prefix with two children; leave-one-out attribution is a tree.
struct SegmentedBatch
{
    std::vector<text::TokenId> tokens; ///< [N]
    std::vector<Segment> segments;     ///< parents before children

    /// Appends a segment and returns its index.
    int add(int parent, std::span<const text::TokenId> ids);

    /// Rows of the batch that segment `segment` holds end here: begin + length.
    [[nodiscard]] std::int64_t end(int segment) const;
};

/// "a 0..4 @0 | b 4..9 @4 <- a": what tests and messages compare.
[[nodiscard]] std::string render(const SegmentedBatch& batch);

} // namespace nextquill::model
