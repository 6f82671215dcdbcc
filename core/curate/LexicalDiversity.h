// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace nextquill::curate {

/// How rich a text's vocabulary is, in two measures that do not shrink with its length as the plain
/// share of different words does. Words are given by number.
///
/// Sources  MTLD: P. McCarthy and S. Jarvis 2010 (factor size 0.72, both directions);
///          moving average: M. Covington and J. McFall 2010

/// The mean length of stretches that keep a share of different words above 0.72; none for a text
/// of less than 50 words.
[[nodiscard]] std::optional<double> mtld(const std::vector<std::uint64_t>& words);

/// The mean share of different words in all windows of 50 words; none for a shorter text.
[[nodiscard]] std::optional<double> movingTypeShare(const std::vector<std::uint64_t>& words);

inline constexpr std::size_t diversityWords = 50; ///< least words of a text that has both

} // namespace nextquill::curate
