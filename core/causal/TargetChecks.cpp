// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TargetChecks.h"

#include "core/base/Error.h"
#include "core/causal/TwinExample.h"
#include "core/model/ModelConfig.h"

#include <algorithm>

namespace nextquill::causal {

void requireInVocabulary(std::span<const text::TokenId> target, const model::ModelConfig& config,
                         const std::string& id)
{
    for (const text::TokenId token : target) {
        if (const auto value = static_cast<std::int64_t>(token);
            value < 0 || value >= config.vocabularySize) {
            throw Error{ErrorKind::BadInput,
                        "the target has token " + std::to_string(value) +
                            ", the model's vocabulary " + std::to_string(config.vocabularySize),
                        id, "make the tokens with this model's tokenizer"};
        }
    }
}

void requireInContext(std::size_t tokens, const model::ModelConfig& config, const std::string& id)
{
    if (tokens > static_cast<std::size_t>(config.contextLength)) {
        throw Error{ErrorKind::BadInput,
                    "prompt and text have " + std::to_string(tokens) +
                        " tokens, the model's context is " + std::to_string(config.contextLength),
                    id, "lower the prompt budget, or take a shorter text"};
    }
}

void requireUsable(const TwinExample& example, const model::ModelConfig& config)
{
    if (example.target.empty()) {
        throw Error{ErrorKind::BadInput, "the target text is empty", example.id,
                    "choose a text with words"};
    }
    requireInVocabulary(example.target, config, example.id);
    const std::size_t longest = example.prefix.size() + example.target.size() +
                                std::max(example.historyBranch.size(), example.plainBranch.size());
    requireInContext(longest, config, example.id);
}

} // namespace nextquill::causal
