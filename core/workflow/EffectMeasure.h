// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/PreferenceEffects.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nextquill::workflow {

/// A number per token that a heatmap can show; all come from one measurement.
enum class EffectMeasure { Pce, LogRatio, Divergence, WithHistory, WithoutHistory, RankChange };

/// A measure in words. All are literals, in English; the window translates them.
struct EffectMeasureInfo
{
    EffectMeasure measure{};
    std::string_view id;   ///< on the command line: "pce", "bits", "js", "p_h", "p_0", "rank"
    std::string_view name; ///< "Causal effect (PCE)"
    std::string_view help;
    double range = 0.5;     ///< of the colours, where nothing else is asked for
    std::string_view below; ///< the legend's words for values below 0; empty: there are none
    std::string_view above;
    std::string_view unit; ///< "bits"; empty for plain numbers
    /// Of several tokens: their values add up. Else a stretch has their mean.
    bool isSummed = false;
};

[[nodiscard]] std::span<const EffectMeasureInfo> effectMeasures();
[[nodiscard]] const EffectMeasureInfo& measureInfo(EffectMeasure measure);
/// By its id.
[[nodiscard]] std::optional<EffectMeasure> measureCalled(std::string_view id);

/// PCE in [-1, 1]; bits; JS in [0, ln 2] nats; probabilities; doublings of rank, positive where the
/// history brings the token to the front.
[[nodiscard]] float valueOf(const causal::TokenEffect& token, EffectMeasure measure);

/// Bits that the history gives about a token: log2 p_h - log2 p_0.
[[nodiscard]] float bitsOf(const causal::TokenEffect& token);

/// "+0.312", "+1.20 bits", "0.312" for a measure without values below 0.
[[nodiscard]] std::string shownValue(double value, EffectMeasure measure);

} // namespace nextquill::workflow
