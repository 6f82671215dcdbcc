// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Comparison.h"

#include "core/model/Decoder.h"
#include "core/workflow/Inspection.h"

#include <array>
#include <utility>

namespace nextquill::workflow {

namespace {

generate::Generated generateFor(const text::TwinPrompt& prompt, model::Decoder& decoder,
                                bool withHistory, const generate::GenerationSettings& generation,
                                const StopToken& stop, const generate::TextSink& piece)
{
    const text::Tokenizer& tokenizer = decoder.tokenizer();
    const std::vector<text::TokenId> plain = text::encode(tokenizer, prompt.without);
    if (!withHistory) {
        return generate::generate(decoder, plain, generation, stop, piece);
    }
    const std::vector<text::TokenId> with = text::encode(tokenizer, prompt.with);
    return generate::generateTwin(decoder, with, plain, generation, stop, piece);
}

OrderedJson scoresJson(const evaluate::TextScores& scores)
{
    return {{"rouge1", scores.rouge1}, {"rouge2", scores.rouge2}, {"rougeL", scores.rougeL},
            {"meteor", scores.meteor}, {"bleu", scores.bleu},     {"chrf", scores.chrf}};
}

} // namespace

Comparison comparisonOf(const store::ExampleData& data)
{
    return {.example = data.target.id,
            .userName = data.userName,
            .itemTitle = store::titleOf(data.item),
            .reference = data.target.text};
}

ComparedText writeText(const store::ExampleData& data, model::Decoder& decoder,
                       const std::string& modelName, bool withHistory,
                       const ExampleSettings& settings,
                       const generate::GenerationSettings& generation, StopToken stop,
                       const generate::TextSink& piece)
{
    const text::TwinPrompt prompt =
        promptFor(data, decoder.files(), settings, generation.maxNewTokens);
    ComparedText compared{.modelName = modelName,
                          .withHistory = withHistory && prompt.reviewsUsed > 0,
                          .historyReviews = prompt.reviewsUsed};
    compared.generated =
        generateFor(prompt, decoder, compared.withHistory, generation, stop, piece);
    compared.text = compared.generated.text;
    for (const text::TokenId id : compared.generated.ids) {
        compared.tokenTexts.push_back(decoder.tokenizer().decode(std::array{id}));
    }
    compared.meanPce = causal::PreferenceEffects{compared.generated.effects}.meanPce();
    compared.scores =
        evaluate::scoreText({.prediction = compared.text, .reference = data.target.text});
    return compared;
}

ComparedText comparedText(const Inspection& inspection, const std::string& reference)
{
    ComparedText compared{.modelName = inspection.modelName,
                          .withHistory = !inspection.history.empty(),
                          .historyReviews = static_cast<int>(inspection.history.size()),
                          .text = inspection.text,
                          .tokenTexts = inspection.tokenTexts,
                          .meanPce = inspection.effects.meanPce()};
    compared.generated.text = inspection.text;
    compared.generated.effects = inspection.effects.tokens;
    for (const causal::TokenEffect& effect : inspection.effects.tokens) {
        compared.generated.ids.push_back(effect.token);
    }
    compared.generated.ended = !inspection.writtenToLimit;
    compared.scores = evaluate::scoreText({.prediction = compared.text, .reference = reference});
    return compared;
}

OrderedJson toJson(const Comparison& comparison)
{
    OrderedJson texts = OrderedJson::array();
    for (const ComparedText& text : comparison.texts) {
        OrderedJson pces = OrderedJson::array();
        for (std::size_t i = 0; i < text.generated.effects.size(); ++i) {
            pces.push_back(
                {{"text", text.tokenTexts[i]}, {"pce", text.generated.effects[i].pce()}});
        }
        texts.push_back({{"model", text.modelName},
                         {"with_history", text.withHistory},
                         {"history_reviews", text.historyReviews},
                         {"text", text.text},
                         {"scores", scoresJson(text.scores)},
                         {"mean_pce", text.generated.effects.empty() ? OrderedJson(nullptr)
                                                                     : OrderedJson(text.meanPce)},
                         {"tokens_per_second", text.generated.tokensPerSecond},
                         {"pce", std::move(pces)}});
    }
    return {{"id", std::to_string(number(comparison.example))},
            {"user", comparison.userName},
            {"item", comparison.itemTitle},
            {"reference", comparison.reference},
            {"texts", std::move(texts)}};
}

} // namespace nextquill::workflow
