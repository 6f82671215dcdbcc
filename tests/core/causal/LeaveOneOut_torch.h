// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/Attribution.h"
#include "core/model/Decoder.h"

#include <cstddef>

namespace nextquill::causal::testing {

/// A prompt of a head, `reviews` of a given length and a tail; and the same without each of them.
[[nodiscard]] LeaveOneOutExample leaveOneOut(int reviews, std::size_t length);

/// attribute() gives for each review what two passes of single sequences give.
void expectEqualToSeparatePasses(model::Decoder& decoder, const LeaveOneOutExample& example);

} // namespace nextquill::causal::testing
