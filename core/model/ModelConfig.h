// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/model/RotaryScaling.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::model {

/// Of the gate: g σ(g), or the tanh form of g Φ(g).
enum class Activation { Silu, GeluTanh };

/// In what a layer differs from its neighbours.
struct LayerKind
{
    bool slides = false; ///< sees ModelConfig::slidingWindow tokens, itself among them
    bool turns = true;   ///< has rotary positions

    friend bool operator==(const LayerKind&, const LayerKind&) = default;
};

/// A pre-norm decoder with rotary positions, grouped-query attention and a gated network.
/// One description for all families: a family is a table entry, not a class.
struct ModelConfig
{
    std::string modelType;       ///< as in docs/models.md: "llama", "gemma3_text"
    std::int64_t hiddenSize = 0; ///< D
    std::int64_t intermediateSize = 0;
    std::int64_t layers = 0;         ///< L
    std::int64_t heads = 0;          ///< H
    std::int64_t keyValueHeads = 0;  ///< K, divides H
    std::int64_t headSize = 0;       ///< even
    std::int64_t vocabularySize = 0; ///< V, rows of the embedding
    std::int64_t contextLength = 0;  ///< positions the model was made for
    double normEpsilon = 1e-5;
    double ropeTheta = 10000;
    bool tiedHead = false;          ///< the output head is the embedding
    bool queryKeyValueBias = false; ///< Qwen2; others by attention_bias
    bool queryKeyNorm = false;      ///< Qwen3, Gemma 3: RMS norm per head on q and k

    bool outputBias = false;       ///< of attention's output: attention_bias
    bool networkBias = false;      ///< of gate, up and down: mlp_bias
    bool fusedProjections = false; ///< Phi-3: qkv_proj and gate_up_proj
    bool offsetNorms = false;      ///< Gemma: norms scale by 1 + weight, rounded once
    bool outerNorms = false;       ///< Gemma: norms behind attention and network, too
    bool scaledEmbedding = false;  ///< Gemma: embedded tokens times √D
    Activation activation = Activation::Silu;
    double queryScalar = 0;  ///< scores are scaled by its root's inverse; 0: headSize
    double attentionCap = 0; ///< scores s become c tanh(s / c); 0: they stay
    double logitCap = 0;     ///< the same of logits

    std::int64_t slidingWindow = 0;    ///< 0: none
    std::vector<LayerKind> layerKinds; ///< [L]; none: all layers see everything and turn
    std::int64_t rotarySize = 0;       ///< numbers of a head that turn, the first ones; 0: all
    RotaryScaling ropeScaling;
    double slidingRopeTheta = 0; ///< of layers under a window, unscaled; 0: as the others (Gemma 3)

    [[nodiscard]] LayerKind layerKind(std::size_t layer) const
    {
        return layerKinds.empty() ? LayerKind{} : layerKinds.at(layer);
    }
    /// Before the softmax of attention.
    [[nodiscard]] double attentionScale() const;

    /// Number of weights, tied ones once.
    [[nodiscard]] std::int64_t parameters() const;
};

/// Reads the fields of a Hugging Face config.json, with what Transformers takes for those that are
/// missing; both forms of rotary settings are known (`rope_theta` and `rope_scaling`, or
/// `rope_parameters`). Of a Gemma 3 model with pictures the `text_config` is read. Values are
/// checked before anything is sized by them; `auto_map` and other code keys are ignored.
///
/// Throws Error(Unsupported) for another model_type, activation, rope scaling, or a key that would
/// change what is computed, by name; Error(BadInput) for values out of range.
[[nodiscard]] ModelConfig readModelConfig(const Json& config, const std::string& where);

/// Whether the configuration is of a model with pictures, of which the text model is a part.
[[nodiscard]] bool isPartOfModelWithPictures(const Json& config);

/// The same configuration as a config.json that Transformers reads.
[[nodiscard]] OrderedJson toHuggingFaceConfig(const ModelConfig& config, const std::string& dtype);

} // namespace nextquill::model
