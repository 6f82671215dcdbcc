// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/Objective.h"
#include "core/workflow/ModelChoice.h"

#include <optional>

namespace nextquill::workflow {

/// The objective that a model was trained by, with its own threshold and weights: of a run's
/// run.toml. None for a model that no run made, and for a run whose run.toml is gone.
///
/// Throws what reading run.toml throws (train::readRunFile).
[[nodiscard]] std::optional<causal::Objective> objectiveOf(const ModelChoice& choice);

} // namespace nextquill::workflow
