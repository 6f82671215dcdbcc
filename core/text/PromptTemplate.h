// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/ChatMarkup.h"
#include "core/text/Prompt.h"

#include <functional>
#include <map>
#include <optional>
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
    /// An item's description is cut at a word beyond this; 0: not. A template's own limit goes
    /// before it.
    std::size_t descriptionBytes = 600;
    bool fill = false; ///< SelectionRule::fill
};

/// A prompt as data: a text file of sections with placeholders (resources/prompts/nextquill.txt
/// shows all of it). Nothing of a prompt is a string in code.
///
/// A section begins with a line "=== name ===". {name} is a field, {{ and }} are braces, {space} is
/// a space that no editor strips. What users wrote is put in as it is: braces in it mean nothing.
/// Titles and descriptions become one line. docs/formats.md lists sections and fields.
///
/// Source  METHOD.md, Prompt
class PromptTemplate
{
public:
    /// Reads the template's text. Throws Error(BadInput) with the line of an unknown section or
    /// placeholder.
    explicit PromptTemplate(std::string_view source);

    /// A built-in one: "nextquill", "lamp-4". Throws Error(BadInput) with their names for another.
    [[nodiscard]] static PromptTemplate preset(std::string_view name);

    /// Names of the built-in ones, sorted.
    [[nodiscard]] static std::vector<std::string> presets();
    [[nodiscard]] static bool isPreset(std::string_view name);

    /// Both prompts of one example: the first reviews that fit, whole, dropped from the last; each
    /// review is tokenized once. The fixed parts (instruction, item, request, markup) are never
    /// cut, except that the item's description is shortened before the first review is.
    ///
    /// `history` is in the order of the selection, the newest or best first. Throws Error(BadInput)
    /// when the fixed parts alone exceed the budget.
    [[nodiscard]] TwinPrompt render(const ChatMarkup& markup, const Tokenizer& tokenizer,
                                    const ReviewText& request,
                                    const std::vector<ReviewText>& history,
                                    const PromptBudget& budget) const;

    /// Tokens of each review as it would be shown whole in its place of the list.
    [[nodiscard]] std::vector<std::size_t> reviewTokens(const Tokenizer& tokenizer,
                                                        const std::vector<ReviewText>& history,
                                                        const PromptBudget& budget) const;

    [[nodiscard]] const std::string& source() const { return m_source; }
    /// SHA-256 of the source.
    [[nodiscard]] std::string digest() const;
    /// Section "description limit": bytes, 0 for no limit; none when the template has none.
    [[nodiscard]] std::optional<std::size_t> descriptionLimit() const { return m_descriptionLimit; }

private:
    friend class PromptBuilder;

    /// Literal text or the name of a field.
    struct Part
    {
        std::string text;
        bool isField = false;
    };
    using Section = std::vector<Part>;

    [[nodiscard]] static Section parsed(const std::string& name, std::string_view body,
                                        std::size_t firstLine);
    /// Literal text of a section without fields.
    [[nodiscard]] std::string literal(std::string_view name) const;
    [[nodiscard]] const Section& section(std::string_view name) const;

    std::string m_source;
    std::optional<std::size_t> m_descriptionLimit;
    std::string m_between = "\n"; ///< two reviews
    std::map<std::string, Section, std::less<>> m_sections;
};

} // namespace nextquill::text
