// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/UsableExample.h"

#include "core/base/Error.h"
#include "core/train/Trainer.h"

#include <algorithm>
#include <string>

namespace nextquill::train {

namespace {

void requireKnownTokens(const std::vector<text::TokenId>& tokens, const std::string& id,
                        const ExampleLimits& limits)
{
    const auto unknown = std::ranges::find_if(tokens, [&limits](text::TokenId token) {
        const auto number = static_cast<std::int64_t>(token);
        return number < 0 || number >= limits.vocabulary;
    });
    if (unknown != tokens.end()) {
        throw Error{ErrorKind::BadInput,
                    "token id " + std::to_string(static_cast<std::int64_t>(*unknown)) +
                        " is not in the model's vocabulary of " + std::to_string(limits.vocabulary),
                    id, "use the tokenizer that belongs to the model"};
    }
}

} // namespace

causal::TwinExample usableExample(const ExampleSource& source, std::int64_t index,
                                  const ExampleLimits& limits)
{
    causal::TwinExample example = source.example(index);
    if (example.target.empty() || example.historyBranch.empty() || example.plainBranch.empty()) {
        throw Error{ErrorKind::BadInput, "a prompt or the target has no tokens", example.id,
                    "exclude the review or give it a text"};
    }
    for (const auto* tokens :
         {&example.prefix, &example.historyBranch, &example.plainBranch, &example.target}) {
        requireKnownTokens(*tokens, example.id, limits);
    }
    const std::size_t longest = example.prefix.size() + example.target.size() +
                                std::max(example.historyBranch.size(), example.plainBranch.size());
    if (longest > static_cast<std::size_t>(limits.contextTokens)) {
        throw Error{ErrorKind::BadInput,
                    "prompt and target have " + std::to_string(longest) +
                        " tokens, the model's context is " + std::to_string(limits.contextTokens),
                    example.id, "lower max-prompt-tokens or max-target-tokens"};
    }
    return example;
}

} // namespace nextquill::train
