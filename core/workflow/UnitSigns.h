// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/EffectSamples.h"
#include "core/workflow/TextUnits.h"

#include <optional>
#include <string>

namespace nextquill::workflow {

struct Inspection;

/// What controls say of the PCE of a token, a word or a sentence: signs beside its colour.
///
/// A stretch of several tokens is judged as one: by the mean of its effects under each history, not
/// by its tokens' verdicts.
struct UnitSigns
{
    std::optional<causal::EffectRange> resampled; ///< 95 % range under histories drawn anew
    std::optional<causal::EffectRange> placebo;   ///< 95 % range under other users' histories
    bool isUncertain = false;                     ///< the range of `resampled` holds 0
    bool isOwn = false; ///< the user's own: above the range of `placebo`, and above 0
};

/// No signs without controls.
[[nodiscard]] UnitSigns signsOf(const TextUnit& unit, const Inspection& inspection);

/// "drawn anew −0.010 … +0.200, holds 0; other users −0.020 … +0.050"; empty without controls.
[[nodiscard]] std::string signWords(const UnitSigns& signs);

} // namespace nextquill::workflow
