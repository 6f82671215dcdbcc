// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/base/Progress.h"
#include "core/text/TokenId.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::causal {

struct TwinExample;

/// A token that could have stood there.
struct Alternative
{
    text::TokenId token{};
    float p = 0;
};

/// What a user's history does to the prediction of one token of the target text.
///
/// Symbols are those of METHOD.md: `_h` with the history, `_0` under do(history = none).
struct TokenEffect
{
    text::TokenId token{};
    std::optional<ByteRange> bytes; ///< in the target's UTF-8 text; none for end-of-sequence
    float p_h = 0;                  ///< P(token | history, prompt, text so far), in [0, 1]
    float p_0 = 0;                  ///< the same without the history, in [0, 1]
    float logp_h = 0;               ///< nats; kept beside p_h, which underflows first
    float logp_0 = 0;               ///< nats
    float js = 0;                   ///< divergence of the next-token distributions, [0, ln 2] nats
    std::int32_t rank_h = 0;        ///< of the token among all with the history, 1 is the likeliest
    std::int32_t rank_0 = 0;
    std::vector<Alternative> top_h; ///< likeliest first; empty unless asked for
    std::vector<Alternative> top_0;

    /// The preference causal effect, in [-1, 1].
    [[nodiscard]] float pce() const noexcept { return p_h - p_0; }
};

/// The effects on one target text, token by token, end-of-sequence included: size T.
struct PreferenceEffects
{
    std::vector<TokenEffect> tokens;

    /// Mean of pce over all tokens; 0 for an empty text.
    [[nodiscard]] double meanPce() const noexcept;

    /// Share of tokens with pce above `threshold`, in [0, 1]; 0 for an empty text.
    [[nodiscard]] double preferenceRatio(float threshold) const noexcept;
};

/// Limits of one forward pass.
struct EffectLimits
{
    std::size_t tokensPerPass = 8192; ///< packed tokens; more is faster, less takes less memory
    int alternatives = 0;             ///< how many of each world to list per token
};

/// Measures the effect of each example's history on each token of its target, by teacher forcing.
///
/// Both worlds go through the decoder in one packed pass that computes their shared prefix once;
/// probabilities are reduced from hidden states chunk by chunk, so that no [T, V] array is held.
///
/// Shapes   one result per example, in order; result i has T_i tokens
/// Numbers  softmax and differences in float32, whatever the decoder's dtype
/// Threads  one at a time per decoder; no state is kept between calls
/// Stops    between layers of a pass and between chunks of logits
/// Throws   Error(BadInput)     an example's target is empty or exceeds the model's context
///          Error(OutOfMemory)  one example alone does not fit `limits`
///          Stopped
/// Source   METHOD.md, Symbols; arXiv 2506.02368
[[nodiscard]] std::vector<PreferenceEffects>
measurePreferenceEffects(model::Decoder& decoder, std::span<const TwinExample> examples,
                         const EffectLimits& limits, StopToken stop, Progress& progress);

} // namespace nextquill::causal
