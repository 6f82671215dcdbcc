// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/TrainingSettings.h"

#include <cstdint>

namespace nextquill::train {

/// The rate of optimizer step `step` (from 1) of `total`: linear warm-up over ceil(ratio · total)
/// steps from 0, so that the first step's is 0 where there is a warm-up, then the schedule.
///
/// Source  get_linear_schedule_with_warmup and its kin of Transformers; step s uses the factor of
///         scheduler step s - 1
[[nodiscard]] double learningRate(const TrainingSettings& settings, std::int64_t step,
                                  std::int64_t total);

/// ceil(ratio · total)
[[nodiscard]] std::int64_t warmupSteps(double ratio, std::int64_t total);

} // namespace nextquill::train
