// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nextquill::model {

struct ModelConfig;

/// What all models of one architecture share; Hugging Face and GGUF call it by the same name.
struct ModelFamily
{
    std::string_view modelType;
    std::string_view architecture; ///< the class in Transformers
    bool queryKeyValueBias = false;
    bool queryKeyNorm = false;
    std::int64_t defaultHeadSize = 0; ///< 0: hidden size / heads
};

/// Null when there is none of that name.
[[nodiscard]] const ModelFamily* findFamily(std::string_view modelType);

/// Throws Error(Unsupported) naming the one asked for and those that are known.
[[nodiscard]] const ModelFamily& familyNamed(std::string_view modelType, const std::string& where);

/// Throws Error(BadInput) unless every value is in range and they fit each other.
void checkModelConfig(const ModelConfig& config, const std::string& where);

} // namespace nextquill::model
