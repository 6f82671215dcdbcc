// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/TwinExample.h"

#include <cstdint>

namespace nextquill::train {

class ExampleSource;

/// What a model can take; with a frozen model beside it, what both can.
struct ExampleLimits
{
    std::int64_t vocabulary = 0;
    std::int64_t contextTokens = 0;
};

/// The example at `index`, known to fit: both branches and the target have tokens, all of the
/// vocabulary, and the longer world fits the context.
///
/// Throws Error(BadInput) where it does not, as ExampleSource::example() does for a broken record.
[[nodiscard]] causal::TwinExample usableExample(const ExampleSource& source, std::int64_t index,
                                                const ExampleLimits& limits);

} // namespace nextquill::train
