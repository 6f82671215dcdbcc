// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/causal/PreferenceEffects.h"
#include "core/text/TokenId.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::generate {

struct GenerationSettings
{
    bool greedy = false;
    double temperature = 0.8;
    double topP = 0.95;
    int topK = 0;                   ///< 0: all
    double repetitionPenalty = 1.0; ///< on new tokens only, never on the prompt's words
    std::size_t maxNewTokens = 256;
    double strength =
        1.0; ///< s of log p_0 + s (log p_h - log p_0); needs both contexts unless 0 or 1
    std::uint64_t seed = 42;
    bool effects = true;  ///< with both contexts: of each new token; without them and at strength 1
                          ///< the world without history need not be computed
    int alternatives = 0; ///< with effects: how many tokens of each world are listed with each
    std::vector<text::TokenId> beginning; ///< the new text begins with these; the rest is drawn
};

struct Generated
{
    std::string text;               ///< without special tokens
    std::vector<text::TokenId> ids; ///< new tokens, a stop token included
    bool ended = false;             ///< a stop token came before maxNewTokens
    double tokensPerSecond = 0;     ///< new tokens over the time after the prompt
    /// Per new token where both contexts were given; their bytes are those of `text`, none for
    /// special tokens, and none at all where the tokens' bytes are no UTF-8.
    std::vector<causal::TokenEffect> effects;
};

/// Called with the text that has become complete; on the generating thread.
using TextSink = std::function<void(const std::string& piece)>;

/// Called with each new token's effect and the text that has become complete with it: none where
/// the token ends within a character, or is a special one. On the generating thread.
using EffectSink = std::function<void(const causal::TokenEffect& effect, const std::string& piece)>;

/// Continues a prompt, token by token, with a key-value cache.
///
/// Numbers  logits and sampling in float32/float64; the same seed gives the same text on the same
///          device and thread count
/// Stops    within one token: throws Stopped
/// Throws   Error(BadInput) when prompt and new tokens exceed the model's context, or the beginning
///          has as many tokens as there may be new ones
[[nodiscard]] Generated generate(model::Decoder& decoder, std::span<const text::TokenId> prompt,
                                 const GenerationSettings& settings, StopToken stop,
                                 const TextSink& sink = {});

/// Several continuations of one prompt, which is read once; they advance together, so that the
/// weights are read once a step for all of them. Sample i draws as generate() does with the seed
/// `settings.seed` + i, but for the last bits of products of several rows.
///
/// Stops    within one step: throws Stopped
/// Throws   as generate(); Error(BadInput) for no sample
[[nodiscard]] std::vector<Generated> generateSamples(model::Decoder& decoder,
                                                     std::span<const text::TokenId> prompt,
                                                     const GenerationSettings& settings,
                                                     std::size_t samples, StopToken stop);

/// generate() with both worlds advancing together: steered by `settings.strength`, with the effect
/// of the history on every new token (where `settings.effects` asks for it). For s > 1 only tokens
/// with p_h >= 0.1 max p_h are candidates.
///
/// Source  METHOD.md, Steered generation; arXiv 2405.01768, 2305.14739, 2306.17806
[[nodiscard]] Generated generateTwin(model::Decoder& decoder, std::span<const text::TokenId> with,
                                     std::span<const text::TokenId> without,
                                     const GenerationSettings& settings, StopToken stop,
                                     const TextSink& sink = {}, const EffectSink& effects = {});

} // namespace nextquill::generate
