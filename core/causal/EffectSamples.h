// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace nextquill::causal {

/// The middle of a distribution: between its 2.5 % and its 97.5 % quantile.
struct EffectRange
{
    float low = 0;
    float high = 0;

    [[nodiscard]] bool holds(float value) const noexcept { return low <= value && value <= high; }
};

/// Effects on each token under several histories in the place of the user's own: T rows of n
/// values.
struct EffectSamples
{
    int samples = 0;           ///< n
    std::vector<float> effect; ///< [T * n], row-major: p(y_t | history j) - p(y_t | no history)

    [[nodiscard]] std::size_t tokens() const noexcept
    {
        return samples == 0 ? 0 : effect.size() / static_cast<std::size_t>(samples);
    }
    [[nodiscard]] std::span<const float> of(std::size_t token) const
    {
        const auto n = static_cast<std::size_t>(samples);
        return std::span{effect}.subspan(token * n, n);
    }
};

/// Quantile of values in ascending order, at least one: linear between order statistics at
/// q · (n - 1), as numpy and R (type 7) have it by default. `q` in [0, 1].
[[nodiscard]] float quantile(std::span<const float> sorted, double q);

/// The 95 % range of values in any order; {0, 0} of none. Of few values it is hardly narrower than
/// from the least to the greatest.
[[nodiscard]] EffectRange middleRange(std::span<const float> values);

/// Whether an effect is this user's: compared with what other users' histories do to the token.
struct PlaceboVerdict
{
    EffectRange placebo; ///< 95 % range of the placebo effects
    double p = 1;        ///< (1 + placebos with at least the real effect) / (1 + placebos)
    double q = 1;        ///< of p over all tokens of the text (FalseDiscovery)
    /// The real effect is above the range: more than the 97.5 % quantile of the placebos, and more
    /// than 0. The test looks one way only: at what the history made likelier.
    bool isOwn = false;
};

/// A verdict per token. With n placebos no p is below 1 / (n + 1): fewer than 19 cannot give 0.05,
/// and q over a text of many tokens needs many more.
///
/// Shapes  `effect` [T] real effects, `placebos` of T tokens
/// Source  B. Phipson, G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010): the 1 in the p value
[[nodiscard]] std::vector<PlaceboVerdict> placeboVerdicts(std::span<const float> effect,
                                                          const EffectSamples& placebos);

} // namespace nextquill::causal
