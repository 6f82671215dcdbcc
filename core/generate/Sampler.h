// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/generate/Generation.h"
#include "core/text/TokenId.h"

#include <cstddef>
#include <span>
#include <unordered_set>
#include <vector>

namespace nextquill::generate {

/// Chooses the next token from scores, in this order: repetition penalty, temperature, top-k,
/// top-p, draw. Knows no model.
///
/// Numbers  softmax in float64; the draw for step t is a function of (seed, t)
class Sampler
{
public:
    explicit Sampler(const GenerationSettings& settings);

    /// The token for the scores (logits or log-probabilities, [V]); remembers it for the penalty.
    /// A score of minus infinity never wins. Throws Error(BadInput) when none is finite.
    [[nodiscard]] text::TokenId choose(std::span<const float> scores);

    /// A token that was not chosen here, in the place of a draw: remembers it, and gives it back.
    text::TokenId take(text::TokenId token);

private:
    struct Candidate
    {
        std::size_t token = 0;
        double score = 0;
    };

    [[nodiscard]] std::vector<Candidate> candidates(std::span<const float> scores) const;
    [[nodiscard]] std::size_t draw(std::vector<Candidate>& candidates);

    GenerationSettings m_settings;
    Random m_random;
    std::uint64_t m_step = 0;
    std::unordered_set<std::size_t> m_written; ///< new tokens so far, never the prompt's
};

/// log p_0 + s (log p_h - log p_0) over the vocabulary; for s > 1 only where p_h >= 0.1 max p_h,
/// minus infinity elsewhere. Arguments are log-probabilities, [V].
[[nodiscard]] std::vector<float> steered(std::span<const float> logp_h,
                                         std::span<const float> logp_0, double strength);

} // namespace nextquill::generate
