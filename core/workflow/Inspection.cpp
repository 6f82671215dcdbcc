// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Inspection.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/causal/TwinMemory.h"
#include "core/model/Decoder.h"
#include "core/workflow/HistoryVariants.h"
#include "core/workflow/InspectionParts.h"
#include "core/workflow/InspectionSource.h"
#include "core/workflow/PceResult.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace nextquill::workflow {

namespace {

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

/// The twin pass, its time taken.
causal::PreferenceEffects measuredEffects(model::Decoder& decoder,
                                          const causal::TwinExample& example,
                                          causal::TwinMemory* memory, MeasuredPass& pass,
                                          StopToken stop, Progress& progress)
{
    const auto begin = std::chrono::steady_clock::now();
    causal::PreferenceEffects effects;
    if (memory != nullptr) {
        effects = memory->measure(decoder, example, shownAlternatives, std::move(stop), progress);
        pass.rows = memory->rowsOfLast().computed;
        pass.remembered = memory->rowsOfLast().remembered;
    } else {
        const std::span<const causal::TwinExample> examples{&example, 1};
        effects = std::move(causal::measurePreferenceEffects(decoder, examples,
                                                             {.alternatives = shownAlternatives},
                                                             std::move(stop), progress)
                                .front());
        pass.rows = std::ssize(example.prefix) + std::ssize(example.historyBranch) +
                    std::ssize(example.plainBranch) + 2 * (std::ssize(example.target) - 1);
    }
    pass.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return effects;
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

store::ExampleData onlyUsed(const store::ExampleData& data,
                            std::span<const std::size_t> usedReviews)
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

void requireHistory(const store::ExampleData& used)
{
    if (used.history.empty()) {
        throw Error{ErrorKind::BadInput, "this text has no history before it",
                    "example " + std::to_string(number(used.target.id)) + " of " + used.userName,
                    "choose a later text of this user"};
    }
}

void describeTokens(Inspection& inspection, const text::Tokenizer& tokenizer)
{
    for (causal::TokenEffect& token : inspection.effects.tokens) {
        inspection.tokenTexts.push_back(shownToken(tokenizer, token.token));
        inspection.top_h.push_back(shownTokens(tokenizer, token.top_h));
        inspection.top_0.push_back(shownTokens(tokenizer, token.top_0));
    }
}

Inspection inspectionFor(const store::ExampleData& data, const text::TwinPrompt& prompt,
                         const store::ExampleData& used, const std::string& modelName)
{
    requireHistory(used);
    Inspection inspection;
    inspection.example = data.target.id;
    inspection.userName = data.userName;
    inspection.itemTitle = store::titleOf(data.item);
    inspection.modelName = modelName;
    inspection.reviewsDropped = prompt.reviewsDropped;
    inspection.earlierReviews = data.history.size();
    inspection.reviewsCut = prompt.reviewsCut;
    inspection.descriptionCut = prompt.descriptionCut;
    for (std::size_t i = 0; i < used.history.size(); ++i) {
        const store::Item& item = used.historyItems[i];
        inspection.history.push_back({.review = used.history[i],
                                      .userName = data.userName,
                                      .itemTitle = store::titleOf(item)});
    }
    return inspection;
}

void noteSource(Inspection& inspection, const store::ExampleData& data,
                const model::ModelFiles& files, const ExampleSettings& settings,
                const text::TwinPrompt& prompt, const StopToken& stop)
{
    inspection.promptWords = promptWords(data, settings);
    inspection.modelDigest = weightsDigest(files, stop);
    inspection.exampleDigest =
        sha256(prompt.with.text() + '\0' + prompt.without.text() + '\0' + inspection.text);
}

causal::LeaveOneOutExample leaveOneOutOf(const HistoryVariants& variants,
                                         const Inspection& inspection)
{
    causal::PromptedTarget question = questionOn(inspection, {});
    causal::LeaveOneOutExample example{.id = std::move(question.id),
                                       .full = variants.whole(),
                                       .without = {},
                                       .target = std::move(question.target)};
    for (std::size_t i = 0; i < variants.reviews(); ++i) {
        example.without.push_back(variants.without(i));
    }
    return example;
}

Inspection inspect(const store::ExampleData& data, model::Decoder& decoder,
                   const std::string& modelName, const ExampleSettings& settings,
                   const std::optional<std::string>& generatedText, bool attribution,
                   StopToken stop, Progress& progress, causal::TwinMemory* memory)
{
    const model::ModelFiles& files = decoder.files();
    const std::string& text = generatedText ? *generatedText : data.target.text;
    const text::TwinPrompt prompt =
        promptFor(data, files, settings, targetTokens(text, files, settings));
    const store::ExampleData used = onlyUsed(data, prompt.usedReviews);
    Inspection inspection = inspectionFor(data, prompt, used, modelName);
    const causal::TwinExample example = twinExampleFor(data, files, settings, generatedText);
    inspection.generated = generatedText.has_value();
    inspection.text = example.targetText;
    inspection.targetCut = example.targetCut;
    noteSource(inspection, data, files, settings, prompt, stop);
    inspection.effects = measuredEffects(decoder, example, memory, inspection.pass, stop, progress);
    describeTokens(inspection, *files.tokenizer());
    if (attribution) {
        inspection.attribution =
            attributeToHistory(data, decoder, settings, inspection, {}, stop, progress);
    }
    return inspection;
}

store::ExampleData historyOf(const Inspection& inspection, const store::ExampleData& data)
{
    std::vector<std::size_t> used;
    for (const store::ReviewRow& row : inspection.history) {
        const auto at = std::ranges::find(data.history, row.review.id, &store::Review::id);
        if (at == data.history.end()) {
            throw Error{ErrorKind::BadInput, "a past text of the inspection is not there any more",
                        "review " + std::to_string(number(row.review.id)), "measure the text anew"};
        }
        used.push_back(static_cast<std::size_t>(at - data.history.begin()));
    }
    return onlyUsed(data, used);
}

HistoryVariants variantsOf(const Inspection& inspection, const store::ExampleData& data,
                           const model::ModelFiles& files, const ExampleSettings& settings)
{
    ExampleSettings asGiven = settings;
    asGiven.selection = text::SelectionRule{}; // in the prompt's order already
    return {historyOf(inspection, data), files, asGiven, inspection.effects.tokens.size()};
}

causal::Attribution attributeToHistory(const store::ExampleData& data, model::Decoder& decoder,
                                       const ExampleSettings& settings,
                                       const Inspection& inspection,
                                       const causal::ReviewEffectSink& sink, StopToken stop,
                                       Progress& progress)
{
    const HistoryVariants variants = variantsOf(inspection, data, decoder.files(), settings);
    return causal::attribute(decoder, leaveOneOutOf(variants, inspection), {}, sink,
                             std::move(stop), progress);
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
    if (inspection.controls) {
        result["controls"] = toJson(*inspection.controls);
    }
    for (const SentenceEffects& effects : inspection.sentences) {
        result["sentences"].push_back(toJson(effects));
    }
    if (inspection.faithfulness) {
        result["faithfulness"] = toJson(*inspection.faithfulness);
    }
    return result;
}

} // namespace nextquill::workflow
