// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchRecords.h"
#include "core/bench/BenchReport.h"
#include "core/bench/MachineLimits.h"

#include <cstdint>
#include <string>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::bench {

struct PceBenchSettings
{
    RecordLengths lengths;
    std::int64_t reviews = 8; ///< of equal length, into which the history is cut
    int repeats = 3;
    bool reference = true; ///< the plain path, too; slow
};

/// The effects on one target: of the whole history, and of each of its reviews. Each by our packed
/// pass, by a pass for each prompt, and by the plain path: a pass for each prompt, LibTorch's
/// operations without kernels, the head at every position. `name` is the model's.
///
/// All ways count the tokens of the prompts and targets one by one, shared or not, so that their
/// rates compare.
///
/// Stops    Stopped, between passes
/// Throws   Error(BadInput) for more reviews than tokens of history, or more tokens than the model
///          reads
[[nodiscard]] BenchReport benchPce(model::Decoder& decoder, const std::string& name,
                                   const PceBenchSettings& settings, const MachineLimits& limits,
                                   const StopToken& stop, Progress& progress);

} // namespace nextquill::bench
