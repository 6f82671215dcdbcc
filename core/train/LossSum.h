// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/Objective.h"

#include <array>
#include <cstddef>
#include <span>

namespace nextquill::train {

/// Brings the reports of micro-batches (or of single records) together into one.
///
/// Losses are means over what `weight` counts: records, or micro-batches under Normalize::Batch.
/// The mean PCE and the share of preference-bearing tokens are means over target tokens, so that a
/// long text counts more than a short one.
class LossSum
{
public:
    void add(const causal::LossReport& part, double weight);

    /// What it holds, as numbers that can be summed over ranks; and a sum of such.
    static constexpr std::size_t figureCount = 8;
    [[nodiscard]] std::array<double, figureCount> figures() const;
    [[nodiscard]] static LossSum of(std::span<const double, figureCount> figures);

    /// All zero, without PCE, when nothing was added.
    [[nodiscard]] causal::LossReport mean() const;

private:
    causal::LossReport m_sum; ///< weighted sums
    double m_weight = 0;
    double m_pceTokens = 0; ///< target tokens of the parts that have a PCE
};

} // namespace nextquill::train
