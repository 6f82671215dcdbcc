// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/RunObjective.h"

#include "core/train/TrainingSettings.h"

namespace nextquill::workflow {

std::optional<causal::Objective> objectiveOf(const ModelChoice& choice)
{
    const std::filesystem::path file = choice.run / "run.toml";
    std::error_code unreadable;
    if (choice.run.empty() || !std::filesystem::exists(file, unreadable)) {
        return std::nullopt;
    }
    train::TrainingSettings settings;
    train::readRunFile(file, settings);
    return settings.objective;
}

} // namespace nextquill::workflow
