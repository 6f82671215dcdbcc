// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/model/ModelConfig.h"
#include "core/workflow/ProjectRun.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace nextquill::workflow {

/// What a run will cost, before it begins: memory counted by the formulas below, time from one
/// measured pass. Estimates, not promises.
///
/// Memory is that of train::TrainingMemory for the longest record times the batch, with the weights
/// of a frozen effect source and the model's mapped file. What is left out: LibTorch itself (about
/// 0.3 GiB) and the copy of the state while a checkpoint is written, which is made only where there
/// is room for it.
struct RunEstimate
{
    std::int64_t parameters = 0;
    std::int64_t trained = 0;
    std::int64_t records = 0;       ///< of the training part; 0: not known
    std::int64_t examined = 0;      ///< of these, spread evenly; the lengths are theirs
    std::int64_t longestTokens = 0; ///< of a record as it is packed: shared part, both branches
    double meanTokens = 0;
    std::int64_t steps = 0; ///< optimizer steps of the run; 0: not known
    std::uint64_t weightBytes = 0;
    std::uint64_t gradientBytes = 0;
    std::uint64_t optimizerBytes = 0;
    std::uint64_t activationBytes = 0;
    std::uint64_t headBytes = 0;   ///< at work: the head, or a layer where that takes more
    bool hasEightBitState = false; ///< moments of large tensors
    bool hasMasterCopies = false;  ///< float32 ones of the weights, in optimizerBytes
    bool recomputes = false;       ///< activation checkpointing is on, or would be by "auto"
    /// Forward pass of one micro-batch of middling records, measured on this machine.
    std::optional<double> microBatchSeconds;
    /// Of the whole run, without evaluations and checkpoints: backward counted as one forward pass
    /// (adapters) or two (all weights) at the least and as three at the most. Measured once, with
    /// adapters on two busy cores: 1.1 in float32, 2.4 in bfloat16.
    std::optional<double> secondsLow;
    std::optional<double> secondsHigh;
    std::string unknown; ///< why there is no time, or the lengths are the limits; may be empty

    [[nodiscard]] std::uint64_t bytes() const
    {
        return weightBytes + gradientBytes + optimizerBytes + activationBytes + headBytes;
    }
};

/// For a run of a project, which is not changed: no run is entered, no split made.
///
/// Stops    Stopped
/// Throws   what loading the model throws; Error(BadInput) when no record can be used
[[nodiscard]] RunEstimate estimateRun(const std::filesystem::path& project,
                                      const RunRequest& request, StopToken stop,
                                      Progress& progress);

/// For a run on ready prompts.
[[nodiscard]] RunEstimate estimateRecords(const std::filesystem::path& records,
                                          const std::string& model,
                                          const train::TrainingSettings& settings, StopToken stop,
                                          Progress& progress);

[[nodiscard]] OrderedJson toJson(const RunEstimate& estimate);
[[nodiscard]] std::string toText(const RunEstimate& estimate); ///< lines for a terminal

} // namespace nextquill::workflow
