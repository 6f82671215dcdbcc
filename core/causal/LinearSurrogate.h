// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace nextquill::causal {

/// Which parts of a whole are there, and which are left out: [s].
using PartMask = std::vector<bool>;

/// A linear model of what parts do to several values at once: value_t = intercept_t + sum of the
/// weights of the parts that are there.
///
/// In the place of leaving out each of many parts: fitted to what was measured under random
/// subsets, by least squares with a small ridge, so that the answer is one even for fewer subsets
/// than parts. Its weights are only as good as its fit(), which is shown beside them.
///
/// Source  B. Cohen-Wang et al., ContextCite, arXiv 2409.00729, whose idea it is; theirs is a lasso
///         on the logit of the whole answer, ours a ridge on each token's probability
class LinearSurrogate
{
public:
    /// `values[j]` was measured under `masks[j]`: [n] masks of s parts, [n] rows of T values.
    /// Throws Error(Internal) for lengths that do not match, or no measurement.
    LinearSurrogate(std::span<const PartMask> masks, std::span<const std::vector<float>> values,
                    double ridge = 1e-3);

    [[nodiscard]] std::size_t parts() const { return m_parts; }
    [[nodiscard]] double weight(std::size_t value, std::size_t part) const
    {
        return m_weights[part * m_values + value];
    }
    [[nodiscard]] double predict(std::size_t value, const PartMask& mask) const;

    /// R² of the sum of all values over measurements: 1 where the model tells them all, 0 where it
    /// tells no more than their mean, less where it misleads. None where the sum never changes.
    /// Give it measurements that the fit has not seen.
    [[nodiscard]] std::optional<double> fit(std::span<const PartMask> masks,
                                            std::span<const std::vector<float>> values) const;

private:
    std::size_t m_parts;
    std::size_t m_values;
    std::vector<double> m_weights; ///< [s * T]
    std::vector<double> m_intercepts;
};

} // namespace nextquill::causal
