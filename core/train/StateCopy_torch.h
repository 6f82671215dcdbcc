// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/AdamW_torch.h"

#include <optional>
#include <vector>

namespace nextquill::train {

/// The tensors as they are now, in the processor's memory, so that training can go on while they
/// are written. None when there is no room for them: less memory is available than they take and
/// a tenth more.
///
/// Speed    one pass through memory
[[nodiscard]] std::optional<std::vector<AdamW::Slot>>
copyOfState(const std::vector<AdamW::Slot>& slots);

} // namespace nextquill::train
