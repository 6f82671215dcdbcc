// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/model/ModelConfig.h"

#include <filesystem>
#include <optional>
#include <string>

namespace nextquill::model {

/// Tokens that tokenizer_config.json names by their text.
struct NamedTokens
{
    std::optional<std::string> beginning; ///< bos_token
    std::optional<std::string> end;       ///< eos_token
    std::optional<std::string> padding;   ///< pad_token
    std::optional<std::string> unknown;   ///< unk_token
};

/// The contents of the files that stand beside weights in a Hugging Face folder.
struct Companions
{
    std::string tokenizer; ///< tokenizer.json
    OrderedJson tokenizerConfig;
    OrderedJson generationConfig;
    NamedTokens tokens; ///< for special_tokens_map.json
};

/// Throws Error(Storage).
void writeCompanions(const std::filesystem::path& folder, const OrderedJson& config,
                     const Companions& companions);

} // namespace nextquill::model
