// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/Prompt.h"
#include "core/text/TokenId.h"
#include "core/text/Tokenizer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::causal {

/// One target text with its two prompts, as tokens: a prefix that both prompts share, and what
/// follows it in each world up to the target.
///
///     with history:     prefix + historyBranch + target
///     without history:  prefix + plainBranch   + target
struct TwinExample
{
    std::string id; ///< named in events and errors
    std::vector<text::TokenId> prefix;
    std::vector<text::TokenId> historyBranch; ///< at least one token (of either prompt)
    std::vector<text::TokenId> plainBranch;
    std::vector<text::TokenId> target; ///< [T], end-of-sequence included when `closed`
    std::vector<std::optional<ByteRange>> targetBytes; ///< parallel to target, into targetText
    std::string targetText;
    bool targetCut = false; ///< the text was longer than allowed: then no end-of-sequence is added
};

struct TargetLimits
{
    std::size_t targetTokens = 2048; ///< end-of-sequence included
    bool closeWithEnd = true;        ///< add the end-of-sequence token behind a whole text
};

/// From two prompts in tokens and a target text. The longest common prefix of the prompts is
/// shared, less one token where a prompt would end in it, so that both branches have a last token
/// that predicts y_0.
///
/// Throws Error(BadInput) when the target is empty or a prompt is.
[[nodiscard]] TwinExample makeTwinExample(std::string id, std::vector<text::TokenId> with,
                                          std::vector<text::TokenId> without,
                                          const text::Tokenizer& tokenizer,
                                          std::string_view targetText, text::TokenId endOfText,
                                          const TargetLimits& limits);

} // namespace nextquill::causal
