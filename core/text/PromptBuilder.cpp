// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PromptBuilder.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace nextquill::text {

namespace {

/// By how much the tokens of a joined text may differ from the sum of its parts, per join.
constexpr std::size_t joinSlack = 2;

/// "5.0", "4.5": at least one decimal; empty for what is no number.
std::string ratingText(double rating)
{
    if (!std::isfinite(rating)) {
        return {};
    }
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), rating).ptr;
    std::string text{digits.begin(), end};
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// "5", "4.5": without decimals where there are none.
std::string scoreText(double rating)
{
    const std::string text = ratingText(rating);
    return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string{text.substr(first, text.find_last_not_of(blank) - first + 1)};
}

void append(std::vector<PromptSpan>& spans, Origin origin, const std::string& text, int review = -1)
{
    if (text.empty()) {
        return;
    }
    if (!spans.empty() && spans.back().origin == origin && spans.back().review == review) {
        spans.back().text += text;
    } else {
        spans.push_back({.origin = origin, .text = text, .review = review});
    }
}

} // namespace

std::optional<std::size_t> PromptBuilder::largest(std::size_t bytes, const Fits& fits)
{
    if (!fits(0)) {
        return std::nullopt;
    }
    std::size_t low = 0; // known to fit
    std::size_t high = bytes;
    while (low < high) {
        const std::size_t middle = low + (high - low + 1) / 2;
        if (fits(middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

std::string PromptBuilder::filled(std::string_view section, const Values& values) const
{
    std::string text;
    for (const auto& part : m_template.section(section)) {
        text += part.isField ? values.at(part.text) : part.text;
    }
    return text;
}

std::string PromptBuilder::orMissing(std::string text) const
{
    return text.empty() ? filled("missing", {}) : text;
}

std::string PromptBuilder::limitedDescription(const ReviewText& review) const
{
    const std::string line = collapseWhitespace(review.itemDescription);
    const std::size_t limit = m_template.descriptionLimit().value_or(m_budget.descriptionBytes);
    return limit == 0 ? line : std::string{cutAtWord(line, limit)};
}

std::string PromptBuilder::shown(const ReviewText& review, std::size_t number,
                                 const std::string& description, std::string_view text) const
{
    return filled("review", {{"number", std::to_string(number)},
                             {"item_title", orMissing(collapseWhitespace(review.itemTitle))},
                             {"item_description", orMissing(description)},
                             {"rating", orMissing(ratingText(review.rating))},
                             {"score", orMissing(scoreText(review.rating))},
                             {"title", orMissing(collapseWhitespace(review.title))},
                             {"text", orMissing(trimmed(text))}});
}

void PromptBuilder::appendHistory(const std::vector<std::string>& reviews,
                                  std::vector<PromptSpan>& spans) const
{
    if (reviews.empty()) {
        append(spans, Origin::Instruction, filled("without history", {}));
        return;
    }
    for (const auto& part : m_template.section("with history")) {
        if (!part.isField) {
            append(spans, Origin::Instruction, part.text);
            continue;
        }
        for (std::size_t i = 0; i < reviews.size(); ++i) {
            const std::string& separator =
                i + 1 < reviews.size() ? m_template.m_between : std::string{};
            append(spans, Origin::Review, reviews[i] + separator, static_cast<int>(i));
        }
    }
}

Prompt PromptBuilder::prompt(const std::string& description,
                             const std::vector<std::string>& reviews) const
{
    std::vector<PromptSpan> system;
    append(system, Origin::Instruction, filled("system", {}));
    std::vector<PromptSpan> user;
    for (const auto& part : m_template.section("user")) {
        if (!part.isField) {
            append(user, Origin::Instruction, part.text);
        } else if (part.text == "history") {
            appendHistory(reviews, user);
        } else if (part.text == "item_title") {
            append(user, Origin::Item, orMissing(collapseWhitespace(m_request->itemTitle)));
        } else if (part.text == "item_description") {
            append(user, Origin::Item, orMissing(description));
        } else if (part.text == "rating") {
            append(user, Origin::Request, orMissing(ratingText(m_request->rating)));
        } else if (part.text == "score") {
            append(user, Origin::Request, orMissing(scoreText(m_request->rating)));
        } else {
            append(user, Origin::Request, orMissing(collapseWhitespace(m_request->title)));
        }
    }
    return m_markup.render(std::move(system), std::move(user));
}

std::size_t PromptBuilder::tokensOf(const std::string& text) const
{
    return m_tokenizer.encode(text, {}).ids.size();
}

bool PromptBuilder::fits(const std::string& description,
                         const std::vector<std::string>& reviews) const
{
    return encode(m_tokenizer, prompt(description, reviews)).size() <= m_budget.promptTokens;
}

void PromptBuilder::fitFixedParts()
{
    if (fits(m_description, {})) {
        return;
    }
    const auto length = largest(m_description.size(), [this](std::size_t bytes) {
        return fits(std::string{cutAtWord(m_description, bytes)}, {});
    });
    if (!length) {
        const std::size_t needed = encode(m_tokenizer, prompt({}, {})).size();
        throw Error{ErrorKind::BadInput,
                    "the prompt needs " + std::to_string(needed) +
                        " tokens without description and history, the limit is " +
                        std::to_string(m_budget.promptTokens),
                    "prompt", "allow longer prompts or shorten the template"};
    }
    m_description = cutAtWord(m_description, *length);
    m_result.descriptionCut = true;
}

std::vector<std::size_t> PromptBuilder::fittingReviews() const
{
    // Parts are counted once each; only the last word is with the joined text, whose tokens may
    // differ from the sum where parts meet.
    std::size_t tokens = encode(m_tokenizer, prompt(m_description, {})).size();
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < m_reviews.size(); ++i) {
        const bool hasRoom =
            tokens + m_reviewTokens[i] <= m_budget.promptTokens + joinSlack * (fitting.size() + 2);
        if (hasRoom) {
            tokens += m_reviewTokens[i];
            fitting.push_back(i);
        } else if (!m_budget.fill) {
            break;
        }
    }
    return fitting;
}

std::vector<std::string> PromptBuilder::renumbered(const std::vector<ReviewText>& history,
                                                   const std::vector<std::size_t>& used) const
{
    std::vector<std::string> reviews;
    reviews.reserve(used.size());
    for (std::size_t i = 0; i < used.size(); ++i) {
        const ReviewText& review = history[used[i]];
        reviews.push_back(used[i] == i
                              ? m_reviews[i]
                              : shown(review, i + 1, limitedDescription(review), review.text));
    }
    return reviews;
}

bool PromptBuilder::squeezeIn(const ReviewText& first)
{
    const std::string whole = m_description;
    if (const auto length = largest(whole.size(), [&](std::size_t bytes) {
            return fits(std::string{cutAtWord(whole, bytes)}, {m_reviews.front()});
        })) {
        m_description = cutAtWord(whole, *length);
        m_result.descriptionCut = m_result.descriptionCut || m_description.size() < whole.size();
        return true;
    }
    const std::string text = trimmed(first.text);
    for (const std::string& description : {limitedDescription(first), std::string{}}) {
        const auto cut = [&](std::size_t bytes) {
            return shown(first, 1, description, cutAtWord(text, bytes));
        };
        const auto length = largest(
            text.size(), [&](std::size_t bytes) { return fits(std::string{}, {cut(bytes)}); });
        if (length && *length > 0) {
            m_result.descriptionCut = m_result.descriptionCut || !whole.empty();
            m_result.reviewsCut = 1;
            m_description.clear();
            m_reviews.front() = cut(*length);
            m_reviewTokens.front() = tokensOf(m_reviews.front());
            return true;
        }
    }
    return false;
}

void PromptBuilder::showFirst(const std::vector<ReviewText>& history, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        const ReviewText& review = history[i];
        m_reviews.push_back(shown(review, i + 1, limitedDescription(review), review.text));
        m_reviewTokens.push_back(tokensOf(m_reviews.back()));
    }
}

std::vector<std::size_t> PromptBuilder::reviewTokens(const std::vector<ReviewText>& history)
{
    showFirst(history, history.size());
    return std::move(m_reviewTokens);
}

TwinPrompt PromptBuilder::build(const ReviewText& request, const std::vector<ReviewText>& history)
{
    m_request = &request;
    m_description = limitedDescription(request);
    const std::size_t wanted = std::min(history.size(), m_budget.maximumReviews);
    showFirst(history, wanted);
    fitFixedParts();
    std::vector<std::size_t> used = fittingReviews();
    std::vector<std::string> reviews = renumbered(history, used);
    while (!used.empty() && !fits(m_description, reviews)) {
        used.pop_back();
        reviews.pop_back();
    }
    if (used.empty() && wanted > 0 && squeezeIn(history.front())) {
        used = {0};
        reviews = {m_reviews.front()};
    }
    m_result.with = prompt(m_description, reviews);
    m_result.without = prompt(m_description, {});
    m_result.reviewsUsed = static_cast<int>(used.size());
    m_result.reviewsDropped = static_cast<int>(wanted - used.size());
    for (const std::size_t index : used) {
        m_result.reviewTokens.push_back(m_reviewTokens[index]);
    }
    m_result.usedReviews = std::move(used);
    m_result.tokens = encode(m_tokenizer, m_result.with).size();
    return std::move(m_result);
}

} // namespace nextquill::text
