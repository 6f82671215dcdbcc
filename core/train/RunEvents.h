// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/causal/Objective.h"

#include <cstdint>

namespace nextquill::train {

/// What one optimizer step reports (docs/formats.md, events.jsonl).
struct StepFigures
{
    std::int64_t step = 0; ///< from 1
    double epoch = 0;
    causal::LossReport losses;
    bool hasRecords = true; ///< else every record was broken and there are no figures
    double rate = 0;
    double gradientNorm = 0; ///< before clipping
    std::int64_t tokens = 0; ///< packed
    double stepSeconds = 0;  ///< of this step
    double seconds = 0;      ///< of the whole run
};

/// Losses on records that are not trained on.
struct HeldOutLoss
{
    causal::LossReport objective; ///< by the run's objective, as in training
    double nll_h = 0;             ///< cross-entropy with the history, nats, mean over records
    double nll_0 = 0;             ///< the same without
    std::int64_t records = 0;     ///< how many could be used
};

/// Events of the log. A figure that does not exist, or is not finite, is null; `objective` says
/// whether there is a causal term.
[[nodiscard]] OrderedJson stepEvent(const StepFigures& figures, const causal::Objective& objective);
[[nodiscard]] OrderedJson evaluateEvent(std::int64_t step, const HeldOutLoss& loss, double seconds,
                                        const causal::Objective& objective);

} // namespace nextquill::train
