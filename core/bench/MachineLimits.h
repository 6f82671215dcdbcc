// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"

namespace nextquill::bench {

/// What the machine can do at the most, measured: on all of LibTorch's threads.
struct MachineLimits
{
    double multiplyAdds = 0;         ///< GFLOP/s in registers, float32
    double bfloat16MultiplyAdds = 0; ///< 0: no such instructions
    double matmul = 0;               ///< GFLOP/s of LibTorch's matrix product, float32
    double bfloat16Matmul = 0;
    double read = 0; ///< bytes a second from memory
};

/// A few seconds. Stops: Stopped.
[[nodiscard]] MachineLimits measureLimits(const StopToken& stop, Progress& progress);

[[nodiscard]] OrderedJson toJson(const MachineLimits& limits);
[[nodiscard]] std::string toText(const MachineLimits& limits);

} // namespace nextquill::bench
