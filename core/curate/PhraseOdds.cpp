// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/PhraseOdds.h"

#include <cmath>

namespace nextquill::curate {

PhraseOdds phraseOdds(PhraseCount user, PhraseCount others) noexcept
{
    constexpr double half = 0.5;
    const auto real = [](std::int64_t count) { return static_cast<double>(count); };
    const double all = real(user.of + others.of);
    if (all == 0) {
        return {};
    }
    const double size = real(user.of);
    const double prior = size * real(user.times + others.times) / all + half;
    const auto logOddsOf = [&](PhraseCount count) {
        const double times = real(count.times) + prior;
        return std::log(times / (real(count.of) + size + half - times));
    };
    PhraseOdds odds{.logOdds = logOddsOf(user) - logOddsOf(others), .z = 0};
    odds.z =
        odds.logOdds / std::sqrt(1 / (real(user.times) + prior) + 1 / (real(others.times) + prior));
    return odds;
}

} // namespace nextquill::curate
