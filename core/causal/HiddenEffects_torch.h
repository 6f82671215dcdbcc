// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinExample.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/OutputHead_torch.h"

#include <cstdint>

namespace nextquill::causal {

/// The effects on one example's target from the hidden states of both worlds, whose rows of this
/// example begin at `begin`. Logits are made for 128 tokens at a time. Throws Stopped.
[[nodiscard]] PreferenceEffects effectsOf(const TwinHidden& pass, std::int64_t begin,
                                          const model::OutputHead& head, const TwinExample& example,
                                          int alternatives, const StopToken& stop);

} // namespace nextquill::causal
