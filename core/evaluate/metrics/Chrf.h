// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace nextquill::evaluate {

/// What chrF is computed from; sums over a corpus.
struct ChrfCounts
{
    struct Order
    {
        std::int64_t predicted = 0;
        std::int64_t referred = 0;
        std::int64_t common = 0;
    };
    std::array<Order, 6> orders{}; ///< character n-grams, n = 1..6

    ChrfCounts& operator+=(const ChrfCounts& other);
};

/// Equal to sacreBLEU 2.6 with its defaults: chrF2, characters without white space, no word
/// n-grams. Source  M. Popović, chrF (2015)
[[nodiscard]] ChrfCounts chrfCounts(std::string_view prediction, std::string_view reference);

[[nodiscard]] double chrf(const ChrfCounts& counts); ///< [0, 100]

} // namespace nextquill::evaluate
