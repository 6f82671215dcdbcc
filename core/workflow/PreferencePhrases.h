// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/EffectSummary.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nextquill::workflow {

// What EffectSummary is made of; private to this folder.

/// PCE of a kept token, and the bits that the history gives about it.
[[nodiscard]] double pceOf(const store::KeptToken& token);
[[nodiscard]] double bitsOf(const store::KeptToken& token);

/// Figures of a group from its places, `above` of whose tokens are above the threshold.
void complete(EffectGroup& group, std::int64_t above, std::uint64_t seed);

/// The phrases that histories cause in some texts, most bits first; `leftOut` is how many more
/// there were than SummaryRules::longest.
[[nodiscard]] std::vector<EffectGroup> preferencePhrases(std::span<const MeasuredText> texts,
                                                         const SummaryRules& rules,
                                                         const StopToken& stop,
                                                         std::int64_t& leftOut);

} // namespace nextquill::workflow
