// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunEvents.h"

#include <algorithm>
#include <cmath>
#include <sys/resource.h>

namespace nextquill::train {

namespace {

OrderedJson orNull(bool known, double value)
{
    return known && std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr);
}

std::int64_t peakMemoryBytes()
{
    struct rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

} // namespace

OrderedJson stepEvent(const StepFigures& figures, const causal::Objective& objective)
{
    const causal::LossReport& losses = figures.losses;
    const bool any = figures.hasRecords;
    const auto tokens = static_cast<double>(figures.tokens);
    return {{"event", "step"},
            {"step", figures.step},
            {"epoch", figures.epoch},
            {"loss", orNull(any, losses.loss)},
            {"loss_main", orNull(any, losses.main)},
            {"loss_causal", orNull(any && objective.hasCausalTerm(), losses.causal)},
            {"mean_pce", orNull(losses.hasPce, losses.meanPce)},
            {"preference_ratio", orNull(losses.hasPce, losses.preferenceRatio)},
            {"lr", figures.rate},
            {"grad_norm", orNull(any, figures.gradientNorm)},
            {"tokens", figures.tokens},
            {"tokens_per_second", tokens / std::max(figures.stepSeconds, 1e-9)},
            {"seconds", figures.seconds},
            {"peak_memory_bytes", peakMemoryBytes()}};
}

OrderedJson evaluateEvent(std::int64_t step, const HeldOutLoss& loss, double seconds,
                          const causal::Objective& objective)
{
    const causal::LossReport& losses = loss.objective;
    const bool any = loss.records > 0;
    return {{"event", "evaluate"},
            {"step", step},
            {"loss", orNull(any, losses.loss)},
            {"loss_main", orNull(any, losses.main)},
            {"loss_causal", orNull(any && objective.hasCausalTerm(), losses.causal)},
            {"nll", orNull(any, loss.nll_h)},
            {"nll_no_history", orNull(any, loss.nll_0)},
            {"mean_pce", orNull(losses.hasPce, losses.meanPce)},
            {"preference_ratio", orNull(losses.hasPce, losses.preferenceRatio)},
            {"records", loss.records},
            {"seconds", seconds}};
}

} // namespace nextquill::train
