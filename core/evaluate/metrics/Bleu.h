// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace nextquill::evaluate {

/// What BLEU is computed from; sums over a corpus.
struct BleuCounts
{
    std::array<std::int64_t, 4>
        correct{}; ///< n-grams of the prediction that the reference has, n = 1..4
    std::array<std::int64_t, 4> total{};
    std::int64_t predictedWords = 0;
    std::int64_t referenceWords = 0;

    BleuCounts& operator+=(const BleuCounts& other);
};

/// Equal to sacreBLEU 2.6 with its defaults: tokenizer 13a, case kept, exponential smoothing.
/// Source  K. Papineni et al., BLEU (2002); M. Post, A call for clarity (2018)
[[nodiscard]] BleuCounts bleuCounts(std::string_view prediction, std::string_view reference);

/// [0, 100]. With `effectiveOrder` n-grams that a short prediction cannot have do not count, as in
/// sentence BLEU.
[[nodiscard]] double bleu(const BleuCounts& counts, bool effectiveOrder);

} // namespace nextquill::evaluate
