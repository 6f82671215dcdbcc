// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/Turns.h"
#include "core/model/TensorMemory_torch.h"

namespace nextquill::bench {

/// Bytes of tensors at once, weights included.
[[nodiscard]] inline MemoryMeter tensorMeter()
{
    return {.reset = model::resetMostUsed,
            .peak = [] { return std::optional<std::uint64_t>{model::tensorMemory().mostUsed}; }};
}

} // namespace nextquill::bench
