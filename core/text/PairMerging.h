// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/MergeTable.h"
#include "core/text/PieceToken.h"

#include <cstddef>
#include <vector>

namespace nextquill::text {

/// Merges the tokens from `first` on by rank, the leftmost first among equals.
///
/// Speed    O(n log n)
/// Source   tokenizers 0.23, models/bpe
void mergePairs(const MergeTable& merges, std::vector<PieceToken>& tokens, std::size_t first);

} // namespace nextquill::text
