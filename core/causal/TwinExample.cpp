// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TwinExample.h"

#include "core/base/Error.h"

#include <algorithm>
#include <utility>

namespace nextquill::causal {

namespace {

using Ids = std::vector<text::TokenId>;

/// Tokens that both prompts start with; each prompt keeps at least its last one for its branch.
std::size_t sharedLength(const Ids& with, const Ids& without)
{
    const auto [a, b] = std::ranges::mismatch(with, without);
    const auto shared = static_cast<std::size_t>(a - with.begin());
    return std::min(shared, std::min(with.size(), without.size()) - 1);
}

void setTarget(TwinExample& example, text::Encoding encoding, text::TokenId endOfText,
               const TargetLimits& limits)
{
    const std::size_t room = limits.targetTokens - (limits.closeWithEnd ? 1 : 0);
    // A text that is cut is unfinished: it gets no end-of-sequence token, for the model would
    // learn to stop in the middle of a sentence.
    example.targetCut = encoding.ids.size() > room;
    if (example.targetCut) {
        encoding.ids.resize(limits.targetTokens);
        encoding.bytes.resize(limits.targetTokens);
    }
    example.target = std::move(encoding.ids);
    example.targetBytes.assign(encoding.bytes.begin(), encoding.bytes.end());
    if (limits.closeWithEnd && !example.targetCut) {
        example.target.push_back(endOfText);
        example.targetBytes.emplace_back(std::nullopt);
    }
}

} // namespace

TwinExample makeTwinExample(std::string id, Ids with, Ids without, const text::Tokenizer& tokenizer,
                            std::string_view targetText, text::TokenId endOfText,
                            const TargetLimits& limits)
{
    if (with.empty() || without.empty()) {
        throw Error{ErrorKind::BadInput, "a prompt has no tokens", id,
                    "give both prompts, with and without history"};
    }
    if (limits.targetTokens < 2) {
        throw Error{ErrorKind::BadInput, "a target of fewer than 2 tokens teaches nothing", id,
                    "set max-target-tokens to 2 or more"};
    }
    text::Encoding encoding = tokenizer.encode(targetText, {});
    if (encoding.ids.empty()) {
        throw Error{ErrorKind::BadInput, "the target text is empty", id,
                    "exclude the review or give it a text"};
    }
    TwinExample example;
    example.id = std::move(id);
    example.targetText = targetText;
    const auto shared = static_cast<std::ptrdiff_t>(sharedLength(with, without));
    example.prefix.assign(with.begin(), with.begin() + shared);
    example.historyBranch.assign(with.begin() + shared, with.end());
    example.plainBranch.assign(without.begin() + shared, without.end());
    setTarget(example, std::move(encoding), endOfText, limits);
    return example;
}

} // namespace nextquill::causal
