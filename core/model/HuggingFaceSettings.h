// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/model/CompanionFiles.h"
#include "core/text/TokenId.h"

#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::model {

/// What a Hugging Face folder says beside config.json, tokenizer.json and the weights.
struct HuggingFaceSettings
{
    NamedTokens tokens;
    std::string chatTemplate;          ///< empty where there is none
    std::vector<text::TokenId> endIds; ///< generation_config.json's, else config.json's; any number
    std::string license;               ///< from the head of README.md
    Json tokenizerConfig = Json::object();
    Json generationConfig = Json::object();
};

/// Reads tokenizer_config.json, chat_template.jinja, generation_config.json and README.md, each of
/// which may be missing. `config` is the folder's config.json.
///
/// Throws Error(BadInput) for values of the wrong kind.
[[nodiscard]] HuggingFaceSettings readHuggingFaceSettings(const std::filesystem::path& folder,
                                                          const Json& config);

} // namespace nextquill::model
