// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/RunCheckpoints.h"

#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/RunLedger.h"
#include "core/train/CheckpointWeights.h"

namespace nextquill::workflow {

namespace {

std::vector<std::int64_t> stepsOf(const store::RunRow& run, const store::Project& project)
{
    try {
        return train::checkpointSteps(project.folder() / run.folder);
    } catch (const Error&) {
        return {}; // moved or deleted: Runs says so
    }
}

} // namespace

std::vector<RunCheckpoints> runsWithCheckpoints(store::Project& project)
{
    std::vector<RunCheckpoints> found;
    for (const store::RunRow& run : store::RunLedger{project}.all()) {
        const std::vector<std::int64_t> steps = stepsOf(run, project);
        if (steps.empty()) {
            continue;
        }
        RunCheckpoints checkpoints{.run = run.name, .steps = {{.step = 0, .model = run.model}}};
        for (const std::int64_t step : steps) {
            if (step > 0) {
                checkpoints.steps.push_back(
                    {.step = step, .model = run.name + "@" + std::to_string(step)});
            }
        }
        found.push_back(std::move(checkpoints));
    }
    return found;
}

} // namespace nextquill::workflow
