// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"
#include "core/bench/MachineLimits.h"

#include <cstdint>
#include <string>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::bench {

/// Lengths in tokens.
struct GenerationBenchSettings
{
    std::int64_t prompt = 900;  ///< with history
    std::int64_t without = 230; ///< the prompt of the other world, in twin decoding
    std::int64_t fresh = 128;   ///< new tokens
    std::int64_t samples = 8;   ///< of one prompt; 1: that part is left out
    std::int64_t uncached = 4;  ///< new tokens of the plain path, each of which costs a whole pass
    int repeats = 3;
    bool reference = true; ///< the plain path, and samples one after the other
};

/// Reading of a prompt, decoding of one stream and of both worlds, several samples of one prompt
/// together and in turn, and the plain path: no key-value cache, no kernels. `name` is the model's.
///
/// Decoding is measured without the prompt's reading, samples with it. Share of bandwidth: all
/// weights in their type once a step.
///
/// Stops    Stopped, within a token
/// Throws   Error(BadInput) for more tokens than the model reads
[[nodiscard]] BenchReport benchGeneration(model::Decoder& decoder, const std::string& name,
                                          const GenerationBenchSettings& settings,
                                          const MachineLimits& limits, const StopToken& stop,
                                          Progress& progress);

} // namespace nextquill::bench
