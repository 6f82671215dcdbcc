// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextquill::text {

/// Merges of pieces that a file names by their texts, in the order of their rank.
///
/// Throws Error(BadInput) for a merge with a text that is no piece; `where` names the file.
[[nodiscard]] std::vector<Merge>
namedMerges(std::span<const std::string> pieces,
            std::span<const std::pair<std::string_view, std::string_view>> halves,
            const std::string& where);

/// The merges of SentencePiece's byte pairs, which are not stored: any two pieces that together are
/// a piece, the one of the highest score first, equal ones from left to right.
///
/// `scores` are parallel to `pieces`; an empty piece takes no part.
[[nodiscard]] std::vector<Merge> scoredMerges(std::span<const std::string> pieces,
                                              std::span<const double> scores);

/// Scores with which scoredMerges() gives `merges` back, where any scores do: the negative place of
/// a piece among those that merges make, in the order of their ranks; 0 for all others.
[[nodiscard]] std::vector<double> scoresOf(std::span<const Merge> merges, std::size_t pieces);

} // namespace nextquill::text
