// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/TwinExample.h"

#include <cstdint>

namespace nextquill::model {
struct ModelConfig;
}

namespace nextquill::train {

class ExampleSource;

/// The example at `index`, known to fit the model: both branches and the target have tokens, all
/// of the model's vocabulary, and the longer world fits its context.
///
/// Throws Error(BadInput) where it does not, as ExampleSource::example() does for a broken record.
[[nodiscard]] causal::TwinExample usableExample(const ExampleSource& source, std::int64_t index,
                                                const model::ModelConfig& config);

} // namespace nextquill::train
