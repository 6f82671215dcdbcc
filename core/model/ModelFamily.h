// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nextquill::model {

struct ModelConfig;

/// Which layers of a family have a sliding window, where there is one.
enum class Windows {
    None,
    All,       ///< Mistral, Phi-3
    Upper,     ///< Qwen: from max_window_layers on, with use_sliding_window
    Patterned, ///< Gemma: all but every n-th
    Unturned,  ///< SmolLM3: those without rotary positions, with use_sliding_window
};

/// What all models of one architecture share.
struct ModelFamily
{
    std::string_view modelType;        ///< Hugging Face's name
    std::string_view architecture;     ///< the class in Transformers
    std::string_view ggufArchitecture; ///< general.architecture; a family's first row is meant
    bool queryKeyValueBias = false;
    bool queryKeyNorm = false;
    bool fusedProjections = false; ///< one matrix for queries, keys and values, one for gate and up
    bool isGemma = false; ///< norms of 1 + w around both parts, scaled embedding, tanh-gelu, caps
    bool turnsPartly = false;        ///< knows partial_rotary_factor
    bool turnsByLayerType = false;   ///< Gemma 3: another rotary base under a window
    std::int64_t unturnedLayers = 0; ///< every n-th layer has no rotary positions; 0: all have
    bool permutesGgufRows = false;   ///< of q and k, by llama.cpp's converter
    Windows windows = Windows::None;
    std::int64_t windowPattern = 0; ///< Windows::Patterned: every n-th layer sees everything
    /// What Transformers takes for keys that a config.json does not have, where it differs from the
    /// other families'. JSON.
    std::string_view defaults = "{}";
};

/// Null when there is none of that name.
[[nodiscard]] const ModelFamily* findFamily(std::string_view modelType);

/// Throws Error(Unsupported) naming the one asked for and those that are known.
[[nodiscard]] const ModelFamily& familyNamed(std::string_view modelType, const std::string& where);
[[nodiscard]] const ModelFamily& ggufFamilyNamed(std::string_view architecture,
                                                 const std::string& where);

/// A configuration with what the family implies, all else to be filled in.
[[nodiscard]] ModelConfig configOf(const ModelFamily& family);

/// Throws Error(BadInput) unless every value is in range and they fit each other.
void checkModelConfig(const ModelConfig& config, const std::string& where);

} // namespace nextquill::model
