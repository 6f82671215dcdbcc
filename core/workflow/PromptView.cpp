// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/PromptView.h"

#include "core/base/Utf8.h"
#include "core/model/ModelFiles.h"
#include "core/workflow/ProjectMarkup.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::workflow {

namespace {

/// Tokens of every review as it would be shown whole, in the order of the ranking.
std::vector<std::size_t> tokensOfAll(const store::ExampleData& data, const model::ModelFiles& files,
                                     const ExampleSettings& settings,
                                     const std::vector<RankedReview>& ranking)
{
    std::vector<text::ReviewText> history;
    for (const RankedReview& ranked : ranking) {
        history.push_back(
            reviewTextOf(data.history[ranked.index], data.historyItems[ranked.index]));
    }
    return templateFor(data, settings)
        .source.reviewTokens(*files.tokenizer(), history, settings.budget);
}

/// The origins of a prompt's bytes as tokens ask for them, from left to right.
class OriginReader
{
public:
    explicit OriginReader(const text::Prompt& prompt)
        : m_prompt{prompt}
    {
    }

    [[nodiscard]] const text::PromptSpan& at(std::size_t byte)
    {
        while (m_span + 1 < m_prompt.spans.size() &&
               byte >= m_begin + m_prompt.spans[m_span].text.size()) {
            m_begin += m_prompt.spans[m_span++].text.size();
        }
        return m_prompt.spans[m_span];
    }

private:
    const text::Prompt& m_prompt;
    std::size_t m_span = 0;
    std::size_t m_begin = 0;
};

void count(text::Origin origin, PromptParts& parts)
{
    switch (origin) {
    case text::Origin::Markup:
        ++parts.markup;
        break;
    case text::Origin::Instruction:
        ++parts.instruction;
        break;
    case text::Origin::Item:
        ++parts.item;
        break;
    case text::Origin::Review:
        ++parts.reviews;
        break;
    case text::Origin::Request:
        ++parts.request;
        break;
    }
}

void addTokens(const text::Prompt& prompt, const text::Tokenizer& tokenizer, PromptView& view)
{
    view.text = prompt.text();
    const text::Encoding encoding = tokenizer.encode(view.text, prompt.markup());
    OriginReader origins{prompt};
    view.tokens.reserve(encoding.ids.size());
    for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
        const text::PromptSpan& span = origins.at(encoding.bytes[i].begin);
        view.tokens.push_back({.id = encoding.ids[i],
                               .bytes = encoding.bytes[i],
                               .origin = span.origin,
                               .review = span.review});
        count(span.origin, view.parts);
    }
}

void addReviews(const store::ExampleData& data, const std::vector<RankedReview>& ranking,
                const std::vector<std::size_t>& tokens, const text::TwinPrompt& prompt,
                PromptView& view)
{
    for (std::size_t rank = 0; rank < ranking.size(); ++rank) {
        const std::size_t index = ranking[rank].index;
        PromptReview review{.review = data.history[index],
                            .itemTitle = store::titleOf(data.historyItems[index]),
                            .rank = rank,
                            .score = ranking[rank].score,
                            .tokens = tokens[rank],
                            .fate = rank < view.maximumReviews ? ReviewFate::NoRoom
                                                               : ReviewFate::BeyondCount};
        const auto used = std::find(prompt.usedReviews.begin(), prompt.usedReviews.end(), index);
        if (used != prompt.usedReviews.end()) {
            review.place = static_cast<std::size_t>(used - prompt.usedReviews.begin());
            review.tokens = prompt.reviewTokens[*review.place];
            review.fate = prompt.reviewsCut > 0 ? ReviewFate::Cut : ReviewFate::Whole;
        }
        view.reviews.push_back(std::move(review));
    }
}

OrderedJson reviewsJson(const PromptView& view)
{
    OrderedJson rows = OrderedJson::array();
    for (const PromptReview& review : view.reviews) {
        rows.push_back({{"review", number(review.review.id)},
                        {"item", review.itemTitle},
                        {"time", review.review.time},
                        {"rating", review.review.rating},
                        {"title", review.review.title},
                        {"rank", review.rank},
                        {"score", review.score ? OrderedJson(*review.score) : OrderedJson(nullptr)},
                        {"tokens", review.tokens},
                        {"place", review.place ? OrderedJson(*review.place) : OrderedJson(nullptr)},
                        {"fate", name(review.fate)},
                        {"reason", reasonFor(review, view)}});
    }
    return rows;
}

OrderedJson tokensJson(const PromptView& view)
{
    OrderedJson tokens = OrderedJson::array();
    for (const PromptToken& token : view.tokens) {
        OrderedJson row{{"id", static_cast<std::int64_t>(token.id)},
                        {"text", toUtf8(view.text.substr(token.bytes.begin,
                                                         token.bytes.end - token.bytes.begin))},
                        {"start", token.bytes.begin},
                        {"end", token.bytes.end},
                        {"origin", name(token.origin)}};
        if (token.review >= 0) {
            row["review"] = token.review;
        }
        tokens.push_back(std::move(row));
    }
    return tokens;
}

} // namespace

std::string_view name(ReviewFate fate)
{
    switch (fate) {
    case ReviewFate::Whole:
        return "whole";
    case ReviewFate::Cut:
        return "cut";
    case ReviewFate::NoRoom:
        return "no-room";
    case ReviewFate::BeyondCount:
        break;
    }
    return "beyond-count";
}

std::string_view name(text::Origin origin)
{
    switch (origin) {
    case text::Origin::Markup:
        return "markup";
    case text::Origin::Instruction:
        return "instruction";
    case text::Origin::Item:
        return "item";
    case text::Origin::Review:
        return "review";
    case text::Origin::Request:
        break;
    }
    return "request";
}

PromptView promptView(const store::ExampleData& data, const std::string& modelName,
                      const model::ModelFiles& files, const ExampleSettings& settings)
{
    PromptView view;
    view.userName = data.userName;
    view.itemTitle = store::titleOf(data.item);
    view.modelName = modelName;
    const NamedTemplate promptTemplate = templateFor(data, settings);
    view.templateName = promptTemplate.reference;
    view.templateDigest = promptTemplate.source.digest();
    view.selection = selectionFor(data, settings);
    view.markupName = (settings.markup ? *settings.markup : markupFor(data.markups, files)).name;
    view.maximumReviews = settings.budget.maximumReviews;
    view.contextLength = static_cast<std::size_t>(files.config().contextLength);
    view.answerTokens = targetTokens(data.target.text, files, settings);
    view.limit = budgetFor(data, files, settings, view.answerTokens).promptTokens;
    view.limitIsContext = view.limit < settings.budget.promptTokens;

    const std::vector<RankedReview> ranking =
        rankHistory(data, view.selection, view.maximumReviews);
    const text::TwinPrompt prompt = promptFor(data, files, settings, view.answerTokens, ranking);
    view.descriptionCut = prompt.descriptionCut;
    addTokens(prompt.with, *files.tokenizer(), view);
    view.withoutText = prompt.without.text();
    view.withoutTokens = text::encode(*files.tokenizer(), prompt.without).size();
    addReviews(data, ranking, tokensOfAll(data, files, settings, ranking), prompt, view);
    return view;
}

std::string reasonFor(const PromptReview& review, const PromptView& view)
{
    const auto tokens = [](std::size_t count) {
        return fmt::format("{} token{}", count, count == 1 ? "" : "s");
    };
    switch (review.fate) {
    case ReviewFate::Whole:
        return "whole";
    case ReviewFate::Cut:
        return "cut at a word to " + tokens(review.tokens) + ": whole it has no room";
    case ReviewFate::NoRoom:
        break;
    case ReviewFate::BeyondCount:
        return fmt::format("beyond the {} {} that are taken", view.maximumReviews,
                           view.selection.kind == text::SelectionKind::Recent ? "newest" : "best");
    }
    const std::size_t left = view.limit - std::min(view.limit, view.tokens.size());
    return review.tokens > left ? fmt::format("no room: it has {}, {} left", tokens(review.tokens),
                                              left == 1 ? "1 is" : fmt::format("{} are", left))
                                : "behind one that had no room: the list ends there";
}

OrderedJson toJson(const PromptView& view)
{
    return {{"user", view.userName},
            {"item", view.itemTitle},
            {"model", view.modelName},
            {"template", {{"name", view.templateName}, {"sha256", view.templateDigest}}},
            {"selection", text::toJson(view.selection)},
            {"markup", view.markupName},
            {"budget",
             {{"limit", view.limit},
              {"context", view.contextLength},
              {"answer", view.answerTokens},
              {"used", view.tokens.size()},
              {"left", view.limit - std::min(view.limit, view.tokens.size())},
              {"markup", view.parts.markup},
              {"instruction", view.parts.instruction},
              {"item", view.parts.item},
              {"reviews", view.parts.reviews},
              {"request", view.parts.request}}},
            {"description_cut", view.descriptionCut},
            {"max_reviews", view.maximumReviews},
            {"reviews", reviewsJson(view)},
            {"text", view.text},
            {"tokens", tokensJson(view)},
            {"without_history", {{"text", view.withoutText}, {"tokens", view.withoutTokens}}}};
}

} // namespace nextquill::workflow
