// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"
#include "core/text/TokenId.h"

#include <cstdint>
#include <span>
#include <vector>

namespace nextquill::bench {

/// What a forward pass has to compute.
struct PassWork
{
    std::int64_t tokens = 0; ///< in the decoder
    std::int64_t pairs = 0;  ///< of a query and a key that it sees
    std::int64_t rows = 0;   ///< that leave the last layer and go through the head
};

/// Floating-point operations of a forward pass by part: matrix products alone, a multiply-add
/// counts two.
struct ForwardCost
{
    double linear = 0;
    double attention = 0; ///< scores and values
    double head = 0;

    [[nodiscard]] double all() const { return linear + attention + head; }
};
[[nodiscard]] ForwardCost forwardCost(const model::ModelConfig& config, const PassWork& work);

/// Of sequences whose common beginnings are computed once, with the last `rows` of each going
/// through the head. Causal attention counts the keys that a query sees and no more.
[[nodiscard]] PassWork sharedWork(std::span<const std::vector<text::TokenId>> sequences,
                                  std::int64_t rows);
/// Of the same sequences, each in a pass of its own.
[[nodiscard]] PassWork separateWork(std::span<const std::vector<text::TokenId>> sequences,
                                    std::int64_t rows);

} // namespace nextquill::bench
