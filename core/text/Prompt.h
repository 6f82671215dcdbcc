// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/Tokenizer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Where a stretch of a prompt comes from. Only Markup may hold special tokens.
enum class Origin {
    Markup,      ///< of the model's chat markup
    Instruction, ///< the prompt template's own words
    Item,        ///< title and description of the item to write about
    Review,      ///< one past review
    Request      ///< rating and title of the review to write
};

struct PromptSpan
{
    Origin origin = Origin::Instruction;
    std::string text;
    int review = -1; ///< Origin::Review: index into the history used, from 0
};

/// A prompt as it is sent, in stretches that know their origin.
struct Prompt
{
    std::vector<PromptSpan> spans;

    [[nodiscard]] std::string text() const;
    /// Byte ranges of the Markup spans in text(); what Tokenizer::encode takes.
    [[nodiscard]] std::vector<ByteRange> markup() const;
};

[[nodiscard]] std::vector<TokenId> encode(const Tokenizer& tokenizer, const Prompt& prompt);

/// The two prompts of one example.
struct TwinPrompt
{
    Prompt with;                           ///< x and h
    Prompt without;                        ///< x alone: do(h = none)
    int reviewsUsed = 0;                   ///< whole reviews only (but see reviewsCut)
    int reviewsDropped = 0;                ///< had no room in the budget
    int reviewsCut = 0;                    ///< 1 when even the first had to be shortened at a word
    std::vector<std::size_t> usedReviews;  ///< indices into the history given, as they stand
    std::vector<std::size_t> reviewTokens; ///< parallel to usedReviews: tokens of each as shown
    std::size_t tokens = 0;                ///< of `with`, markup included
    bool descriptionCut = false;           ///< shortened beyond descriptionBytes to make room
};

} // namespace nextquill::text
