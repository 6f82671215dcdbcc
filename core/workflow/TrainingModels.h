// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/model/Decoder.h"
#include "core/train/TrainingSettings.h"
#include "core/train/distributed/ProcessGroup.h"
#include "core/workflow/ModelChoice.h"

#include <memory>

namespace nextquill::workflow {

/// The model that a run trains, on this rank's part of its host, with the adapters that the
/// settings ask for. Throws what loadModel throws.
[[nodiscard]] std::unique_ptr<model::Decoder>
trainableDecoder(const ModelChoice& choice, const train::TrainingSettings& settings,
                 const StopToken& stop, Progress& progress, const train::ProcessGroup& group);

/// The model that measures effects for the weights, where the settings name one; else null.
[[nodiscard]] std::unique_ptr<model::Decoder>
frozenDecoder(const train::TrainingSettings& settings, store::Project* project,
              const StopToken& stop, Progress& progress, const train::ProcessGroup& group);

} // namespace nextquill::workflow
