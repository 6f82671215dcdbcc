// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nextquill::workflow {

/// Histories made from a user's own n reviews by chance; each a function of its arguments alone.
/// Values are places in the history, from 0.

/// A bootstrap sample: n draws with replacement, of which each review that was drawn stands once,
/// in the order of the history: about 63 % of them, at least one. A review drawn twice says nothing
/// twice in a prompt.
///
/// Source  B. Efron, Ann. Statist. 7 (1979)
[[nodiscard]] std::vector<std::size_t> resampledHistory(std::size_t n, std::uint64_t seed,
                                                        std::uint64_t draw);

/// All reviews in an order drawn evenly from all orders but the history's own; that one for a
/// single review.
[[nodiscard]] std::vector<std::size_t> shuffledHistory(std::size_t n, std::uint64_t seed,
                                                       std::uint64_t draw);

/// Each of n parts there or not, with even chances.
[[nodiscard]] std::vector<bool> randomHalf(std::size_t n, std::uint64_t seed, std::uint64_t draw);

/// `count` of n reviews, all choices alike, in the order of the history.
[[nodiscard]] std::vector<std::size_t> randomChoice(std::size_t n, std::size_t count,
                                                    std::uint64_t seed, std::uint64_t draw);

} // namespace nextquill::workflow
