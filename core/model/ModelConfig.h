// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <string>

namespace nextquill::model {

/// A pre-norm decoder with rotary positions, grouped-query attention and a gated SiLU network.
/// One description for all families: a family is a table entry, not a class.
struct ModelConfig
{
    std::string modelType;       ///< "llama", "qwen2", "qwen3"
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
    bool queryKeyValueBias = false; ///< Qwen2
    bool queryKeyNorm = false;      ///< Qwen3: RMS norm per head on q and k

    /// Number of weights, tied ones once.
    [[nodiscard]] std::int64_t parameters() const;
};

/// Reads the fields of a Hugging Face config.json; both forms of the rotary base are known
/// (`rope_theta` and `rope_parameters.rope_theta`). Values are checked before anything is sized by
/// them; `auto_map` and other code keys are ignored.
///
/// Throws Error(Unsupported) for another model_type, activation or rope scaling, by name;
/// Error(BadInput) for values out of range.
[[nodiscard]] ModelConfig readModelConfig(const Json& config, const std::string& where);

/// The same configuration as a config.json that Transformers reads.
[[nodiscard]] OrderedJson toHuggingFaceConfig(const ModelConfig& config, const std::string& dtype);

} // namespace nextquill::model
