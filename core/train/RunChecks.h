// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/TrainingSettings.h"
#include "core/train/UsableExample.h"

namespace nextquill::train {

class RunDirectory;

/// The directory's settings, when they, the decoder, the frozen model (or null), the examples and
/// the number of ranks go together. Throws Error(BadInput) when they do not.
[[nodiscard]] TrainingSettings checkedSettings(const model::Decoder& decoder,
                                               const ExampleSource& examples,
                                               const model::Decoder* frozen,
                                               const RunDirectory& directory, int ranks = 1);

/// What both models can take.
[[nodiscard]] ExampleLimits limitsOf(const model::Decoder& decoder, const model::Decoder* frozen);

} // namespace nextquill::train
