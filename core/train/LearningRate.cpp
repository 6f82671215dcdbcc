// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/LearningRate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nextquill::train {

std::int64_t warmupSteps(double ratio, std::int64_t total)
{
    return static_cast<std::int64_t>(std::ceil(ratio * static_cast<double>(total)));
}

double learningRate(const TrainingSettings& settings, std::int64_t step, std::int64_t total)
{
    const auto done = static_cast<double>(step - 1);
    const auto warmup = static_cast<double>(warmupSteps(settings.warmupRatio, total));
    if (done < warmup) {
        return settings.learningRate * done / std::max(1.0, warmup);
    }
    const double rest = std::max(1.0, static_cast<double>(total) - warmup);
    switch (settings.schedule) {
    case Schedule::Linear:
        return settings.learningRate * std::max(0.0, (static_cast<double>(total) - done) / rest);
    case Schedule::Cosine:
        return settings.learningRate *
               std::max(0.0, 0.5 * (1 + std::cos(std::numbers::pi * (done - warmup) / rest)));
    case Schedule::Constant:
        break;
    }
    return settings.learningRate;
}

} // namespace nextquill::train
