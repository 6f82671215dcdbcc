// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/distributed/ProcessGroup.h"

#include "tests/core/train/TinyRuns_torch.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace nextquill::train::testing {

/// How the ranks of a run ended: of each the weights, and what it threw.
struct RanksEnded
{
    std::vector<std::vector<torch::Tensor>> weights;
    std::vector<RunResult> results;
    std::vector<std::string> thrown; ///< empty for ranks that ended well
};

/// What a test does to one rank before it trains.
using Prepare = std::function<void(ProcessGroup&, model::Decoder&, std::stop_source&)>;

/// Goes on with a run on so many ranks, each a thread with a decoder of its own.
[[nodiscard]] RanksEnded resumeOn(int ranks, const std::filesystem::path& modelFolder,
                                  const std::filesystem::path& run,
                                  const std::vector<causal::TwinExample>& examples,
                                  std::int64_t stopAt = -1, const Prepare& prepare = {},
                                  const std::vector<causal::TwinExample>& heldOut = {});

/// The same for a new run.
[[nodiscard]] RanksEnded trainOn(int ranks, const std::filesystem::path& modelFolder,
                                 const std::filesystem::path& run, const TrainingSettings& settings,
                                 const std::vector<causal::TwinExample>& examples,
                                 const std::vector<causal::TwinExample>& heldOut = {});

/// Largest difference of two curves, relative to the first; infinite where their lengths differ.
[[nodiscard]] double curveDifference(const std::vector<double>& a, const std::vector<double>& b);

} // namespace nextquill::train::testing
