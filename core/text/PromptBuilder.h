// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/ChatMarkup.h"
#include "core/text/PromptTemplate.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Fills a template in for one example and chooses what fits the budget.
class PromptBuilder
{
public:
    PromptBuilder(const PromptTemplate& promptTemplate, const ChatMarkup& markup,
                  const Tokenizer& tokenizer, const PromptBudget& budget)
        : m_template{promptTemplate}
        , m_markup{markup}
        , m_tokenizer{tokenizer}
        , m_budget{budget}
    {
    }

    [[nodiscard]] TwinPrompt build(const ReviewText& request,
                                   const std::vector<ReviewText>& history);
    /// PromptTemplate::reviewTokens().
    [[nodiscard]] std::vector<std::size_t> reviewTokens(const std::vector<ReviewText>& history);

private:
    using Values = std::map<std::string_view, std::string>;
    using Fits = std::function<bool(std::size_t bytes)>;

    /// The largest length up to `bytes` for which `fits` says yes, by halving; none when not even
    /// 0 does.
    [[nodiscard]] static std::optional<std::size_t> largest(std::size_t bytes, const Fits& fits);

    [[nodiscard]] std::string filled(std::string_view section, const Values& values) const;
    [[nodiscard]] std::string orMissing(std::string text) const;
    [[nodiscard]] std::string limitedDescription(const ReviewText& review) const;
    [[nodiscard]] std::string shown(const ReviewText& review, std::size_t number,
                                    const std::string& description, std::string_view text) const;
    void appendHistory(const std::vector<std::string>& reviews,
                       std::vector<PromptSpan>& spans) const;
    [[nodiscard]] Prompt prompt(const std::string& description,
                                const std::vector<std::string>& reviews) const;
    /// Fills m_reviews and m_reviewTokens with the first `count` reviews.
    void showFirst(const std::vector<ReviewText>& history, std::size_t count);
    [[nodiscard]] std::size_t tokensOf(const std::string& text) const;
    [[nodiscard]] bool fits(const std::string& description,
                            const std::vector<std::string>& reviews) const;

    /// Shortens the item's description until the prompt without history fits.
    void fitFixedParts();
    /// Which of m_reviews fit beside the description, as indices: the first ones, or with
    /// PromptBudget::fill each that still has room.
    [[nodiscard]] std::vector<std::size_t> fittingReviews() const;
    /// The reviews of these indices as they are shown one behind the other.
    [[nodiscard]] std::vector<std::string> renumbered(const std::vector<ReviewText>& history,
                                                      const std::vector<std::size_t>& used) const;
    /// Makes room for the first review where it does not fit: first in the description, then in
    /// the review. Returns false when there is none.
    [[nodiscard]] bool squeezeIn(const ReviewText& first);

    const PromptTemplate& m_template;
    const ChatMarkup& m_markup;
    const Tokenizer& m_tokenizer;
    const PromptBudget& m_budget;

    const ReviewText* m_request = nullptr;
    std::string m_description;               ///< of the item, as it will stand in both prompts
    std::vector<std::string> m_reviews;      ///< as shown, in the order given
    std::vector<std::size_t> m_reviewTokens; ///< parallel
    TwinPrompt m_result;
};

} // namespace nextquill::text
