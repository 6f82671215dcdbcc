// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/StepGradients_torch.h"
#include "core/train/StepRecords.h"
#include "core/train/TrainingSettings.h"
#include "core/train/distributed/ProcessGroup.h"
#include "core/train/distributed/ShardedAdamW_torch.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace nextquill::train {

class RunDirectory;

/// Gradients of a step: each rank adds up those of its share, and all sum them.
///
/// However much a rank has to do, and however many passes it needs for it, it meets the others as
/// often as they meet. Where memory does not suffice for a pass, the rank begins again in smaller
/// ones what it has added since the last sum; the others notice nothing of it until the step's end,
/// and then go on with the smallest passes of any.
///
/// Borrows  everything given
class RankedGradients
{
public:
    RankedGradients(StepGradients& gradients, ShardedAdamW& optimizer,
                    const TrainingSettings& settings, RunDirectory& directory, ProcessGroup& group);

    /// Of the step behind `step` finished ones, with the losses of all ranks; gradients are the
    /// optimizer's. Collective.
    ///
    /// Stops    `goesOn` is asked before each pass; none on all ranks where it says no on any, and
    ///          no gradients are left
    /// Throws   Error(OutOfMemory) for a single record
    [[nodiscard]] std::optional<StepSums> of(std::int64_t step, const StepShare& share,
                                             const std::function<bool()>& goesOn);

private:
    [[nodiscard]] std::optional<StepSums> ofStretch(std::int64_t step, const StepPart& part,
                                                    const StepSums& before,
                                                    const std::function<bool()>& goesOn);
    [[nodiscard]] StepSums ofAllRanks(std::int64_t step, const StepSums& own);
    void takePassesOf(std::int64_t rank, std::int64_t recordsAtOnce, std::int64_t step);
    void takeSmallerPasses(std::int64_t step);
    void warn(std::int64_t step, const std::string& what);

    StepGradients& m_gradients;
    ShardedAdamW& m_optimizer;
    const TrainingSettings& m_settings;
    RunDirectory& m_directory;
    ProcessGroup& m_group;
};

} // namespace nextquill::train
