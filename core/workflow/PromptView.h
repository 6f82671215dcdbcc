// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/base/Json.h"
#include "core/store/Histories.h"
#include "core/text/HistorySelection.h"
#include "core/text/Prompt.h"
#include "core/workflow/ProjectExamples.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::workflow {

/// What became of a past review when the prompt was made.
enum class ReviewFate {
    Whole,       ///< in the prompt
    Cut,         ///< in the prompt, shortened at a word: not even the first had room
    NoRoom,      ///< among the best, but the budget had no room for it
    BeyondCount, ///< ranked behind the number of reviews that are taken
};

[[nodiscard]] std::string_view name(ReviewFate fate); ///< "whole", "cut", "no-room", "beyond-count"

struct PromptReview
{
    store::Review review;
    std::string itemTitle;
    std::size_t rank = 0;        ///< by the rule, from 0
    std::optional<double> score; ///< what it was ranked by; none for the newest
    std::size_t tokens = 0;      ///< as it is shown in the prompt; whole where it is not in it
    ReviewFate fate = ReviewFate::Whole;
    std::optional<std::size_t> place; ///< in the prompt, from 0
};

struct PromptToken
{
    text::TokenId id{};
    ByteRange bytes;                                 ///< of PromptView::text
    text::Origin origin = text::Origin::Instruction; ///< of its first byte
    int review = -1;                                 ///< Origin::Review: place in the prompt
};

/// Tokens by where they come from; together PromptView::tokens.
struct PromptParts
{
    std::size_t markup = 0;
    std::size_t instruction = 0;
    std::size_t item = 0;
    std::size_t reviews = 0;
    std::size_t request = 0;
};

/// A prompt laid open: what is sent, token by token, what it was made of, and what fell out of it.
struct PromptView
{
    std::string userName;
    std::string itemTitle;
    std::string modelName;
    std::string templateName;
    std::string templateDigest;
    text::SelectionRule selection;
    std::string markupName;
    std::size_t maximumReviews = 0;
    std::size_t limit = 0;         ///< tokens that the prompt may have
    std::size_t contextLength = 0; ///< of the model
    std::size_t answerTokens = 0;  ///< kept free of it for the text to write
    bool limitIsContext = false;   ///< the context, not the setting, makes the limit
    bool descriptionCut = false;   ///< the item's description was shortened to make room
    PromptParts parts;
    std::vector<PromptReview> reviews; ///< the whole history by rank
    std::string text;                  ///< the prompt with history
    std::vector<PromptToken> tokens;
    std::string withoutText; ///< the prompt without history
    std::size_t withoutTokens = 0;
};

/// The prompt of an example as a run, a comparison or an inspection would send it.
///
/// Throws what promptFor() throws.
[[nodiscard]] PromptView promptView(const store::ExampleData& data, const std::string& modelName,
                                    const model::ModelFiles& files,
                                    const ExampleSettings& settings);

/// Why a review is not in the prompt, or how it is: "no room: 312 tokens, 120 are left".
[[nodiscard]] std::string reasonFor(const PromptReview& review, const PromptView& view);

[[nodiscard]] std::string_view name(text::Origin origin); ///< "markup", "instruction", "item", …

[[nodiscard]] OrderedJson toJson(const PromptView& view);

} // namespace nextquill::workflow
