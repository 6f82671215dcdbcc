// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

/// A point of a run at which a text can be measured.
struct RunStep
{
    std::int64_t step = 0; ///< 0: before training
    std::string model;     ///< what chooseModel() takes: the run's base, then RUN@STEP
};

/// A run whose model can be looked at as it was on its way.
struct RunCheckpoints
{
    std::string run;
    std::vector<RunStep> steps; ///< ascending, the base before them
};

/// The project's runs that have checkpoints, the newest run first. Whether a checkpoint is whole is
/// found out where it is read; a run whose folder cannot be read has none.
[[nodiscard]] std::vector<RunCheckpoints> runsWithCheckpoints(store::Project& project);

} // namespace nextquill::workflow
