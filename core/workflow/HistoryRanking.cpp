// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/HistoryRanking.h"

#include "core/store/WordRank.h"
#include "core/text/WordVectors.h"
#include "core/workflow/Encoders.h"

#include <algorithm>
#include <numeric>

namespace nextquill::workflow {

namespace {

std::string itemText(const store::Item& item)
{
    return item.title + '\n' + item.description;
}

std::vector<std::string> selectionTexts(const store::ExampleData& data)
{
    std::vector<std::string> texts;
    texts.reserve(data.history.size());
    for (std::size_t i = 0; i < data.history.size(); ++i) {
        texts.push_back(selectionText(data, i));
    }
    return texts;
}

std::vector<RankedReview> newestFirst(std::size_t count)
{
    std::vector<RankedReview> ranked(count);
    for (std::size_t i = 0; i < count; ++i) {
        ranked[i].index = i;
    }
    return ranked;
}

std::vector<RankedReview> inOrder(const std::vector<std::size_t>& order,
                                  const std::vector<double>& scores)
{
    std::vector<RankedReview> ranked;
    ranked.reserve(order.size());
    for (const std::size_t index : order) {
        ranked.push_back({.index = index, .score = scores[index]});
    }
    return ranked;
}

/// The first by maximal marginal relevance, the rest by relevance.
std::vector<RankedReview> diverse(const std::vector<double>& relevance,
                                  const std::function<double(std::size_t, std::size_t)>& likeness,
                                  double diversity, std::size_t most)
{
    std::vector<std::size_t> order = text::diverseOrder(relevance, likeness, diversity, most);
    std::vector<bool> isTaken(relevance.size(), false);
    for (const std::size_t index : order) {
        isTaken[index] = true;
    }
    for (const std::size_t index : text::descendingOrder(relevance)) {
        if (!isTaken[index]) {
            order.push_back(index);
        }
    }
    return inOrder(order, relevance);
}

std::vector<RankedReview> diverseByWords(const store::ExampleData& data, double diversity,
                                         std::size_t most)
{
    std::vector<std::string> texts = selectionTexts(data);
    const std::size_t count = texts.size();
    texts.push_back(selectionQuery(data));
    const text::WordVectors vectors{texts};
    std::vector<double> relevance(count);
    for (std::size_t i = 0; i < count; ++i) {
        relevance[i] = vectors.likeness(i, count);
    }
    const auto likeness = [&vectors](std::size_t left, std::size_t right) {
        return vectors.likeness(left, right);
    };
    return diverse(relevance, likeness, diversity, most);
}

std::vector<RankedReview> byMeaning(const store::ExampleData& data, const text::SelectionRule& rule,
                                    std::size_t most)
{
    const auto encoder = encoderAt(rule.encoder);
    const Embedding query = encoder->embedding(selectionQuery(data));
    std::vector<Embedding> reviews;
    std::vector<double> relevance;
    for (const std::string& text : selectionTexts(data)) {
        reviews.push_back(encoder->embedding(text));
        relevance.push_back(cosine(*query, *reviews.back()));
    }
    if (rule.kind == text::SelectionKind::Meaning) {
        return inOrder(text::descendingOrder(relevance), relevance);
    }
    const auto likeness = [&reviews](std::size_t left, std::size_t right) {
        return cosine(*reviews[left], *reviews[right]);
    };
    return diverse(relevance, likeness, rule.diversity, most);
}

} // namespace

std::string selectionQuery(const store::ExampleData& data)
{
    return itemText(data.item) + '\n' + data.target.title;
}

std::string selectionText(const store::ExampleData& data, std::size_t index)
{
    const store::Review& review = data.history[index];
    return itemText(data.historyItems[index]) + '\n' + review.title + '\n' + review.text;
}

std::vector<RankedReview> rankHistory(const store::ExampleData& data,
                                      const text::SelectionRule& rule, std::size_t most)
{
    if (rule.kind == text::SelectionKind::Recent || data.history.empty()) {
        return newestFirst(data.history.size());
    }
    if (rule.kind == text::SelectionKind::Words) {
        const std::vector<double> scores =
            store::WordRank{}.scores(selectionQuery(data), selectionTexts(data));
        return inOrder(text::descendingOrder(scores), scores);
    }
    return rule.encoder.empty() ? diverseByWords(data, rule.diversity, most)
                                : byMeaning(data, rule, most);
}

} // namespace nextquill::workflow
