// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/ChatMarkup.h"
#include "core/text/Prompt.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// A past review, or the item and request of the review to write, as the prompt shows it.
struct ReviewText
{
    std::string itemTitle;
    std::string itemDescription;
    double rating = 0;
    std::string title;
    std::string text; ///< unused for the request
};

/// How long a prompt may be.
struct PromptBudget
{
    std::size_t promptTokens = 2048; ///< with markup
    std::size_t maximumReviews = 8;  ///< the authors' number
    std::size_t descriptionBytes =
        600; ///< an item's description is cut at a word beyond this; 0: not
};

/// A prompt as data: a text file of sections with placeholders (resources/prompts/nextquill.txt
/// shows all of it). Nothing of a prompt is a string in code.
///
/// Source  METHOD.md, Prompt
class PromptTemplate
{
public:
    /// Reads the template's text. Throws Error(BadInput) with the line of an unknown section or
    /// placeholder.
    explicit PromptTemplate(std::string_view source);

    /// The preset "nextquill", built in.
    [[nodiscard]] static PromptTemplate preset(std::string_view name);

    /// Both prompts of one example: the newest reviews that fit, whole, dropped from the oldest;
    /// each review is tokenized once. The fixed parts (instruction, item, request, markup) are
    /// never cut, except that the item's description is shortened before the newest review is.
    ///
    /// `history` is newest first. Throws Error(BadInput) when the fixed parts alone exceed the
    /// budget.
    [[nodiscard]] TwinPrompt render(const ChatMarkup& markup, const Tokenizer& tokenizer,
                                    const ReviewText& request,
                                    const std::vector<ReviewText>& history,
                                    const PromptBudget& budget) const;

    [[nodiscard]] const std::string& source() const { return m_source; }

private:
    struct Section
    {
        std::string name;
        std::string body;
    };

    std::string m_source;
    std::vector<Section> m_sections;
};

} // namespace nextquill::text
