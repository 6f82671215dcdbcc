// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/PreferenceEffects.h"
#include "core/workflow/Inspection.h"

#include "ui/widgets/TokenText.h"

#include <QString>

namespace nextquill::ui {

/// What the history did to a stretch of a text.
struct SpanSums
{
    qsizetype tokens = 0;
    double logp_h = 0; ///< sum, nats
    double logp_0 = 0; ///< sum, nats
    double meanPce = 0;
    /// Its bits over those of the whole text; NaN where the whole has less than 0.05 bits, which
    /// is what is shown as 0.0.
    double share = 0;

    /// What the history gives about the stretch: the sum of log ratios.
    [[nodiscard]] double bits() const;
};

/// `tokens` are indices into the effects, half-open.
[[nodiscard]] SpanSums sumsOf(const causal::PreferenceEffects& effects, const TextRange& tokens);

/// "3 tokens · Σ +2.1 bits, 31.0 % of the text's · mean PCE +0.120 · Σ log p −4.2 with history,
/// −5.7 without"
[[nodiscard]] QString spanSentence(const SpanSums& sums);

/// What differs between two pinned tokens, the second less the first.
[[nodiscard]] QString pinDifference(const workflow::Inspection& inspection, qsizetype first,
                                    qsizetype second);

} // namespace nextquill::ui
