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
///     weights      parameters × bytes of the number format, a frozen effect source's too, and the
///                  model's mapped file
///     gradients    trained parameters × bytes of their format
///     optimizer    trained parameters × 8 (two float32 moments), + 4 (master copy) in bfloat16
///     activations  tokens of the longest micro-batch × layers ×
///                  (4 hidden + 2 heads·size + 2 key-value heads·size + 3 inner) × bytes
///     head         six [rows, vocabulary] float32 arrays, chunked at 512 MiB; in bfloat16 also
///                  the head's own float32 copy
///
/// What is left out: LibTorch itself (about 0.3 GiB), the allocator's slack, attention's blocks.
/// Peaks of two runs with adapters (demo model) were 6 to 15 % above total and LibTorch together.
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
    std::uint64_t headBytes = 0;
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

/// Numbers that the backward pass needs of one token, all layers together.
[[nodiscard]] std::uint64_t activationsPerToken(const model::ModelConfig& config);

[[nodiscard]] OrderedJson toJson(const RunEstimate& estimate);
[[nodiscard]] std::string toText(const RunEstimate& estimate); ///< lines for a terminal

} // namespace nextquill::workflow
