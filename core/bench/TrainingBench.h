// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchRecords.h"
#include "core/bench/BenchReport.h"
#include "core/bench/MachineLimits.h"
#include "core/train/TrainingSettings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::bench {

struct TrainingBenchSettings
{
    std::string model = "smollm2-135m"; ///< of modelNames()
    bool bfloat16 = true;
    std::int64_t records = 1; ///< in a micro-batch
    RecordLengths lengths;
    std::int64_t rank = 16;
    int repeats = 5;
    /// The plain path, too: both worlds apart, the head at every position, LibTorch's operations
    /// without kernels. Slow.
    bool reference = true;
    /// Of trainingWays(); empty: all. One alone has the process to itself, and its peak memory.
    std::vector<std::string> only;
    std::int64_t padTo = 0; ///< of the plain path: every sequence as long as this; 0: as it is
};

/// "full", "recomputed", "plain", "optimizer", "adapters".
[[nodiscard]] const std::vector<std::string>& trainingWays();

/// Forward and backward of one micro-batch in every way there is: all weights, recomputed, adapters
/// and the plain path, interleaved run by run, and the optimizer's step.
///
/// Stops    Stopped, between passes
/// Throws   Error(BadInput) for an unknown model
[[nodiscard]] BenchReport benchTraining(const TrainingBenchSettings& settings,
                                        const MachineLimits& limits, const StopToken& stop,
                                        Progress& progress);

} // namespace nextquill::bench
