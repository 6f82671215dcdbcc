// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/model/Network_torch.h"
#include "core/text/TokenId.h"

#include <torch/torch.h>

#include <span>
#include <vector>

namespace nextquill::causal {

/// log P(target | prompt) the straightforward way: a pass for each prompt, nothing packed or
/// shared, the softmax over all of a text's logits at once. [P, T] in the head's wide type, nats.
///
/// What packed passes must equal, to 1e-5 in float32; and what they are measured against.
///
/// Memory  goes with T times the vocabulary
/// Stops   between prompts; throws Stopped
[[nodiscard]] torch::Tensor
separateLogProbabilities(model::Network& network,
                         std::span<const std::vector<text::TokenId>> prompts,
                         const std::vector<text::TokenId>& target, const StopToken& stop);

} // namespace nextquill::causal
