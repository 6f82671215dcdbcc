// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>

namespace nextquill::causal {

/// Spearman's rank correlation, in [-1, 1]: Pearson's of the ranks, equal values sharing the mean
/// of theirs. None for fewer than two pairs, or where one side is all equal.
///
/// `a` and `b` have the same length.
[[nodiscard]] std::optional<double> rankCorrelation(std::span<const double> a,
                                                    std::span<const double> b);

} // namespace nextquill::causal
