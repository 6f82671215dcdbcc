// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Inspection.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/model/Decoder.h"
#include "core/workflow/InspectionSource.h"
#include "core/workflow/PceResult.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nextquill::workflow {

namespace {

constexpr int shownAlternatives = 10;

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

/// `used` is in the prompt's order already: nothing is to be selected anew.
causal::LeaveOneOutExample leaveOneOut(const store::ExampleData& used, const Inspection& inspection,
                                       const model::ModelFiles& files, ExampleSettings settings)
{
    settings.selection = text::SelectionRule{};
    causal::LeaveOneOutExample example;
    example.id = std::to_string(number(inspection.example));
    const std::size_t tokens = inspection.effects.tokens.size();
    example.full = text::encode(*files.tokenizer(), promptFor(used, files, settings, tokens).with);
    for (std::size_t i = 0; i < used.history.size(); ++i) {
        example.without.push_back(text::encode(
            *files.tokenizer(), promptFor(without(used, i), files, settings, tokens).with));
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

OrderedJson historyJson(const Inspection& inspection)
{
    OrderedJson reviews = OrderedJson::array();
    for (const store::ReviewRow& row : inspection.history) {
        reviews.push_back({{"review", number(row.review.id)},
                           {"item", row.itemTitle},
                           {"rating", row.review.rating},
                           {"title", row.review.title},
                           {"text", row.review.text},
                           {"time", row.review.time}});
    }
    return reviews;
}

/// Tokens by reviews, as rows.
OrderedJson attributionJson(const Inspection& inspection)
{
    OrderedJson rows = OrderedJson::array();
    for (std::size_t t = 0; t < inspection.effects.tokens.size(); ++t) {
        OrderedJson row = OrderedJson::array();
        for (int i = 0; i < inspection.attribution->reviews; ++i) {
            row.push_back(inspection.attribution->at(t, i));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

Inspection inspect(const store::ExampleData& data, model::Decoder& decoder,
                   const std::string& modelName, const ExampleSettings& settings,
                   const std::optional<std::string>& generatedText, bool attribution,
                   StopToken stop, Progress& progress)
{
    const model::ModelFiles& files = decoder.files();
    const std::string& text = generatedText ? *generatedText : data.target.text;
    const text::TwinPrompt prompt =
        promptFor(data, files, settings, targetTokens(text, files, settings));
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
    inspection.itemTitle = store::titleOf(data.item);
    inspection.modelName = modelName;
    inspection.generated = generatedText.has_value();
    inspection.text = examples[0].targetText;
    inspection.reviewsDropped = prompt.reviewsDropped;
    inspection.earlierReviews = data.history.size();
    inspection.reviewsCut = prompt.reviewsCut;
    inspection.descriptionCut = prompt.descriptionCut;
    inspection.promptWords = promptWords(data, settings);
    inspection.modelDigest = weightsDigest(files, stop);
    inspection.exampleDigest =
        sha256(prompt.with.text() + '\0' + prompt.without.text() + '\0' + inspection.text);
    inspection.targetCut = examples[0].targetCut;
    for (std::size_t i = 0; i < used.history.size(); ++i) {
        const store::Item& item = used.historyItems[i];
        inspection.history.push_back({.review = used.history[i],
                                      .userName = data.userName,
                                      .itemTitle = store::titleOf(item)});
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
    OrderedJson result = pceResult(std::to_string(number(inspection.example)), inspection.effects,
                                   inspection.tokenTexts, inspection.threshold);
    for (std::size_t i = 0; i < inspection.effects.tokens.size(); ++i) {
        const causal::TokenEffect& token = inspection.effects.tokens[i];
        OrderedJson& entry = result["tokens"][i];
        entry["top_h"] = alternativesJson(token.top_h, inspection.top_h[i]);
        entry["top_0"] = alternativesJson(token.top_0, inspection.top_0[i]);
    }
    result["threshold"] = inspection.threshold;
    result["user"] = inspection.userName;
    result["item"] = inspection.itemTitle;
    result["model"] = inspection.modelName;
    result["generated"] = inspection.generated;
    result["text"] = inspection.text;
    result["history"] = historyJson(inspection);
    result["reviews_dropped"] = inspection.reviewsDropped;
    result["earlier_reviews"] = inspection.earlierReviews;
    result["reviews_cut"] = inspection.reviewsCut;
    result["description_cut"] = inspection.descriptionCut;
    result["target_cut"] = inspection.targetCut;
    result["prompt"] = inspection.promptWords;
    result["model_sha256"] = inspection.modelDigest;
    result["example_sha256"] = inspection.exampleDigest;
    result["seed"] = inspection.seed ? OrderedJson(*inspection.seed) : OrderedJson(nullptr);
    if (inspection.attribution) {
        result["attribution"] = attributionJson(inspection);
    }
    return result;
}

} // namespace nextquill::workflow
