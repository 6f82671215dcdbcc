// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Inspection.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/model/Decoder.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nextquill::workflow {

namespace {

constexpr int shownAlternatives = 10;

/// A token as a person reads it: its own text, or its bytes where it is part of a character.
std::string shownToken(const text::Tokenizer& tokenizer, text::TokenId id)
{
    const std::string bytes = tokenizer.bytesOf(id);
    if (bytes.empty()) {
        return tokenizer.decode(std::array{id});
    }
    return toUtf8(bytes);
}

std::vector<std::string> shownTokens(const text::Tokenizer& tokenizer,
                                     const std::vector<causal::Alternative>& alternatives)
{
    std::vector<std::string> texts;
    texts.reserve(alternatives.size());
    for (const causal::Alternative& alternative : alternatives) {
        texts.push_back(shownToken(tokenizer, alternative.token));
    }
    return texts;
}

store::ExampleData without(const store::ExampleData& data, std::size_t review)
{
    store::ExampleData fewer = data;
    const auto offset = static_cast<std::ptrdiff_t>(review);
    fewer.history.erase(fewer.history.begin() + offset);
    fewer.historyItems.erase(fewer.historyItems.begin() + offset);
    return fewer;
}

/// Keeps only the reviews that the prompt has, so that leaving one out lets no older one slip in.
store::ExampleData onlyUsed(const store::ExampleData& data,
                            const std::vector<std::size_t>& usedReviews)
{
    store::ExampleData used = data;
    used.history.clear();
    used.historyItems.clear();
    for (const std::size_t index : usedReviews) {
        used.history.push_back(data.history[index]);
        used.historyItems.push_back(data.historyItems[index]);
    }
    return used;
}

causal::LeaveOneOutExample leaveOneOut(const store::ExampleData& used, const Inspection& inspection,
                                       const model::ModelFiles& files,
                                       const ExampleSettings& settings)
{
    causal::LeaveOneOutExample example;
    example.id = std::to_string(number(inspection.example));
    example.full = text::encode(*files.tokenizer(), promptFor(used, files, settings).with);
    for (std::size_t i = 0; i < used.history.size(); ++i) {
        example.without.push_back(
            text::encode(*files.tokenizer(), promptFor(without(used, i), files, settings).with));
    }
    for (const causal::TokenEffect& token : inspection.effects.tokens) {
        example.target.push_back(token.token);
    }
    return example;
}

void describeTokens(Inspection& inspection, const text::Tokenizer& tokenizer)
{
    for (causal::TokenEffect& token : inspection.effects.tokens) {
        inspection.tokenTexts.push_back(shownToken(tokenizer, token.token));
        inspection.top_h.push_back(shownTokens(tokenizer, token.top_h));
        inspection.top_0.push_back(shownTokens(tokenizer, token.top_0));
    }
}

OrderedJson alternativesJson(const std::vector<causal::Alternative>& alternatives,
                             const std::vector<std::string>& texts)
{
    OrderedJson list = OrderedJson::array();
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
        list.push_back({{"text", texts[i]}, {"p", alternatives[i].p}});
    }
    return list;
}

} // namespace

Inspection inspect(const store::ExampleData& data, model::Decoder& decoder,
                   const std::string& modelName, const ExampleSettings& settings,
                   const std::optional<std::string>& generatedText, bool attribution,
                   StopToken stop, Progress& progress)
{
    const model::ModelFiles& files = decoder.files();
    const text::TwinPrompt prompt = promptFor(data, files, settings);
    const store::ExampleData used = onlyUsed(data, prompt.usedReviews);
    if (used.history.empty()) {
        throw Error{ErrorKind::BadInput, "this text has no history before it",
                    "example " + std::to_string(number(data.target.id)) + " of " + data.userName,
                    "choose a later text of this user"};
    }
    const std::array examples{twinExampleFor(data, files, settings, generatedText)};

    Inspection inspection;
    inspection.example = data.target.id;
    inspection.userName = data.userName;
    inspection.itemTitle = data.item.title.empty() ? data.item.asin : data.item.title;
    inspection.modelName = modelName;
    inspection.generated = generatedText.has_value();
    inspection.text = examples[0].targetText;
    inspection.reviewsDropped = prompt.reviewsDropped;
    inspection.targetCut = examples[0].targetCut;
    for (std::size_t i = 0; i < used.history.size(); ++i) {
        const store::Item& item = used.historyItems[i];
        inspection.history.push_back({.review = used.history[i],
                                      .userName = data.userName,
                                      .itemTitle = item.title.empty() ? item.asin : item.title});
    }
    inspection.effects = causal::measurePreferenceEffects(
        decoder, examples, {.alternatives = shownAlternatives}, stop, progress)[0];
    describeTokens(inspection, *files.tokenizer());
    if (attribution) {
        inspection.attribution = causal::attribute(
            decoder, leaveOneOut(used, inspection, files, settings), stop, progress);
    }
    return inspection;
}

OrderedJson toJson(const Inspection& inspection)
{
    OrderedJson tokens = OrderedJson::array();
    for (std::size_t i = 0; i < inspection.effects.tokens.size(); ++i) {
        const causal::TokenEffect& token = inspection.effects.tokens[i];
        OrderedJson entry{{"id", static_cast<std::int64_t>(token.token)},
                          {"text", inspection.tokenTexts[i]},
                          {"start", nullptr},
                          {"end", nullptr},
                          {"p_h", token.p_h},
                          {"p_0", token.p_0},
                          {"pce", token.pce()},
                          {"logp_h", token.logp_h},
                          {"logp_0", token.logp_0},
                          {"js", token.js},
                          {"rank_h", token.rank_h},
                          {"rank_0", token.rank_0}};
        if (token.bytes) {
            entry["start"] = token.bytes->begin;
            entry["end"] = token.bytes->end;
        }
        entry["top_h"] = alternativesJson(token.top_h, inspection.top_h[i]);
        entry["top_0"] = alternativesJson(token.top_0, inspection.top_0[i]);
        tokens.push_back(std::move(entry));
    }
    OrderedJson reviews = OrderedJson::array();
    for (const store::ReviewRow& row : inspection.history) {
        reviews.push_back({{"review", number(row.review.id)},
                           {"item", row.itemTitle},
                           {"rating", row.review.rating},
                           {"title", row.review.title},
                           {"text", row.review.text},
                           {"time", row.review.time}});
    }
    OrderedJson result{{"id", std::to_string(number(inspection.example))},
                       {"user", inspection.userName},
                       {"item", inspection.itemTitle},
                       {"model", inspection.modelName},
                       {"generated", inspection.generated},
                       {"text", inspection.text},
                       {"tokens", std::move(tokens)},
                       {"mean_pce", inspection.effects.meanPce()},
                       {"preference_ratio", inspection.effects.preferenceRatio(
                                                static_cast<float>(inspection.threshold))},
                       {"threshold", inspection.threshold},
                       {"history", std::move(reviews)},
                       {"reviews_dropped", inspection.reviewsDropped}};
    if (inspection.attribution) {
        OrderedJson rows = OrderedJson::array();
        for (std::size_t t = 0; t < inspection.effects.tokens.size(); ++t) {
            OrderedJson row = OrderedJson::array();
            for (int i = 0; i < inspection.attribution->reviews; ++i) {
                row.push_back(inspection.attribution->at(t, i));
            }
            rows.push_back(std::move(row));
        }
        result["attribution"] = std::move(rows);
    }
    return result;
}

} // namespace nextquill::workflow
