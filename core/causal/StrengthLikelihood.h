// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <span>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::causal {

struct TwinExample;

/// How likely a text is when it is written under the strength s: the sum over its tokens of
/// log p_s(y_t), where p_s ~ p_0^(1-s) p_h^s over the whole vocabulary. That is what steered
/// generation samples from, but for its cut to plausible tokens above s = 1, under which most
/// texts of people would have no probability at all.
///
/// As a function of s the sum is concave, so that a grid finds its maximum.
///
/// Shapes   one value for each strength, nats
/// Numbers  rows in float32, sums in float64
/// Speed    one twin pass and, for each strength, one reduction over [T, V], 128 rows at a time
/// Threads  one at a time per decoder
/// Stops    between chunks of rows; throws Stopped
/// Throws   what measurePreferenceEffects() throws for the example
/// Source   METHOD.md, Steered generation, and How personalized is this text
[[nodiscard]] std::vector<double> strengthLikelihoods(model::Decoder& decoder,
                                                      const TwinExample& example,
                                                      std::span<const double> strengths,
                                                      StopToken stop, Progress& progress);

} // namespace nextquill::causal
