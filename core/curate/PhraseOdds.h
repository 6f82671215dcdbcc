// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill::curate {

/// How often a phrase was written, and how often any phrase of as many words.
struct PhraseCount
{
    std::int64_t times = 0;
    std::int64_t of = 0;
};

/// How much more often somebody writes a phrase than the others do.
struct PhraseOdds
{
    double logOdds = 0; ///< logarithm of the ratio of odds, positive: more often
    double z = 0;       ///< the same in standard deviations
};

/// Log-odds ratio with an informative Dirichlet prior (B. Monroe, M. Colaresi, K. Quinn, Fightin'
/// Words, 2008, eq. 15, 20 and 22). The prior has as many phrases as the user, spread as both
/// together write them, and half a phrase more of each, so that what the others never write is no
/// certainty.
[[nodiscard]] PhraseOdds phraseOdds(PhraseCount user, PhraseCount others) noexcept;

} // namespace nextquill::curate
