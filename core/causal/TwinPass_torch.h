// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/TwinExample.h"
#include "core/model/Network_torch.h"

#include <torch/torch.h>

#include <span>
#include <vector>

namespace nextquill::causal {

/// Which worlds a pass computes.
struct Worlds
{
    bool history = true;
    bool plain = true;
};

/// Hidden states at the positions that predict the targets, of a packed group of examples.
struct TwinHidden
{
    torch::Tensor
        hidden_h; ///< [T, D], T target tokens of all examples; undefined when not asked for
    torch::Tensor hidden_0;            ///< [T, D]
    torch::Tensor targets;             ///< [T] int64
    std::vector<std::int64_t> lengths; ///< T_i per example, in order
};

/// Both worlds of all examples in one packed forward pass; shared prefixes are computed once,
/// nothing is padded, only target rows leave the decoder.
[[nodiscard]] TwinHidden twinPass(model::Network& network, std::span<const TwinExample> examples,
                                  Worlds worlds);

} // namespace nextquill::causal
