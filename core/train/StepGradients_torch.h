// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/LossFigures_torch.h"
#include "core/causal/TwinExample.h"
#include "core/causal/TwinPass_torch.h"
#include "core/train/LossSum.h"
#include "core/train/TrainingSettings.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace nextquill::train {

/// Whole micro-batches of a step, one behind the other: all of them, or one rank's share.
struct StepPart
{
    std::span<const causal::TwinExample> records;
    std::int64_t first = 0; ///< place of the first of them in the step; a multiple of `batch`
    std::int64_t all = 0;   ///< records of the step
};

/// What gradients come from.
struct StepSums
{
    LossSum losses;
    std::int64_t tokens = 0; ///< packed
};

/// Adds up the gradients of a step's records, one pass after another.
///
/// A pass takes a micro-batch of the settings, or a part of it: of at most `max-pass-tokens`, and
/// an equal one where memory did not suffice. Under Normalize::Record a loss is the mean over the
/// step's records, whatever the passes. Under Normalize::Batch the tokens of a micro-batch are one
/// group; a part of one counts by its share of the group's target tokens, which is the same where
/// every token has the same weight, and else nearly so: the weights are then normalised within the
/// part.
///
/// Dropout is a function of (seed, step, micro-batch, number of the pass in it), whoever computes
/// the micro-batch.
///
/// Borrows  everything given
class StepGradients
{
public:
    /// `frozen` may be null.
    StepGradients(model::Decoder& decoder, model::Decoder* frozen,
                  const TrainingSettings& settings);

    /// Gradients of a part of the step behind `step` finished ones, on top of what the parameters
    /// have. Returns `before` and what the part adds to it.
    ///
    /// Speed    passes follow each other without waiting for the device; losses are read once,
    /// behind
    ///          the last
    /// Stops    `goesOn` is asked before each pass; where it says no, none comes back
    /// Throws   Error(OutOfMemory), Error(DeviceLost): gradients are incomplete then
    [[nodiscard]] std::optional<StepSums> add(std::int64_t step, const StepPart& part,
                                              const StepSums& before,
                                              const std::function<bool()>& goesOn);

    /// Records of a pass, at most.
    [[nodiscard]] std::int64_t recordsAtOnce() const { return m_atOnce; }
    void setRecordsAtOnce(std::int64_t records);

    /// After Error(OutOfMemory): half as many, rounded up; of a single record, where the settings
    /// leave that open, activations are computed again from now on. Memory that was kept for later
    /// goes back to the system. Says what has changed; none when nothing is left to give up.
    [[nodiscard]] std::optional<std::string> needLess();

private:
    [[nodiscard]] causal::Worlds worlds() const;
    /// The first of the records, as many as a pass takes: at least one.
    [[nodiscard]] std::span<const causal::TwinExample>
    passOf(std::span<const causal::TwinExample> records) const;
    /// Whether the pass computes its activations again. Its numbers are the same either way.
    [[nodiscard]] bool recomputes(std::span<const causal::TwinExample> records) const;
    causal::LossFigures addPass(std::span<const causal::TwinExample> records, double share,
                                std::uint64_t dropoutSeed);

    model::Decoder& m_decoder;
    model::Decoder* m_frozen;
    const TrainingSettings& m_settings;
    std::int64_t m_atOnce;
    bool m_recomputesAlways = false;
};

} // namespace nextquill::train
