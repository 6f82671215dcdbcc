// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/SentenceEffects.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/Sentences.h"
#include "core/workflow/HistoryVariants.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/RandomHistories.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <span>
#include <utility>

namespace nextquill::workflow {

namespace {

using Rows = std::vector<std::vector<float>>;

std::size_t subsetsFor(std::size_t sentences)
{
    return std::clamp<std::size_t>(4 * sentences, 64, 256);
}

std::string textOf(const std::string& text, const std::vector<ByteRange>& sentences,
                   const causal::PartMask& mask)
{
    std::string kept;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        if (mask[i]) {
            kept += text.substr(sentences[i].begin, sentences[i].size());
        }
    }
    return kept;
}

double sumOf(const std::vector<float>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

Rows probabilities(std::span<const std::vector<float>> logp)
{
    Rows rows;
    for (const std::vector<float>& row : logp) {
        std::vector<float>& p = rows.emplace_back();
        for (const float value : row) {
            p.push_back(std::exp(value));
        }
    }
    return rows;
}

/// `logp`: with the whole review, then without each of its sentences.
void leaveEachOut(SentenceEffects& effects, const Rows& logp)
{
    const std::size_t s = effects.sentences.size();
    const Rows p = probabilities(logp);
    for (std::size_t t = 0; t < p.front().size(); ++t) {
        for (std::size_t i = 0; i < s; ++i) {
            effects.effect.push_back(p.front()[t] - p[i + 1][t]);
        }
    }
    for (std::size_t i = 0; i < s; ++i) {
        effects.logEffect.push_back(sumOf(logp.front()) - sumOf(logp[i + 1]));
    }
}

/// Surrogates of p of each token and of log p of the text; a quarter of the subsets judges them.
void fitSurrogates(SentenceEffects& effects, const SentencePlan& plan, const Rows& logp)
{
    const std::span masks{plan.masks};
    const Rows p = probabilities(logp);
    Rows ofText;
    for (const std::vector<float>& row : logp) {
        ofText.push_back({static_cast<float>(sumOf(row))});
    }
    effects.subsets = masks.size() - 1;
    const std::size_t fitted = masks.size() - effects.subsets / 4;
    const causal::LinearSurrogate tokens{masks.first(fitted), std::span{p}.first(fitted)};
    const causal::LinearSurrogate text{masks.first(fitted), std::span{ofText}.first(fitted)};
    effects.isExact = false;
    effects.fit = text.fit(masks.subspan(fitted), std::span{ofText}.subspan(fitted));
    for (std::size_t t = 0; t < p.front().size(); ++t) {
        for (std::size_t i = 0; i < effects.sentences.size(); ++i) {
            effects.effect.push_back(static_cast<float>(tokens.weight(t, i)));
        }
    }
    for (std::size_t i = 0; i < effects.sentences.size(); ++i) {
        effects.logEffect.push_back(text.weight(0, i));
    }
}

} // namespace

SentencePlan planSentences(const HistoryVariants& variants, const Inspection& inspection,
                           std::size_t review, std::uint64_t seed, StopToken stop)
{
    const std::string& text = variants.used().history[review].text;
    SentencePlan plan{.review = review,
                      .sentences = text::sentencesOf(text),
                      .masks = {},
                      .question =
                          questionOn(inspection, "measuring the sentences of a past review")};
    const std::size_t s = plan.sentences.size();
    if (s == 0) {
        throw Error{ErrorKind::BadInput, "the past review has no text",
                    fmt::format("review {} of the history", review + 1), "choose another one"};
    }
    plan.masks.emplace_back(s, true);
    if (s <= mostSentencesLeftOut) {
        for (std::size_t i = 0; i < s; ++i) {
            plan.masks.emplace_back(s, true)[i] = false;
        }
    } else {
        for (std::uint64_t draw = 0; draw < subsetsFor(s); ++draw) {
            plan.masks.push_back(randomHalf(s, seed, draw));
        }
    }
    for (const causal::PartMask& mask : plan.masks) {
        stopPoint(stop);
        plan.question.prompts.push_back(
            variants.withText(review, textOf(text, plan.sentences, mask)));
    }
    return plan;
}

SentenceEffects measureSentences(model::Decoder& decoder, const SentencePlan& plan, StopToken stop,
                                 Progress& progress)
{
    Rows logp;
    const auto take = [&logp](std::size_t /*prompt*/, std::span<const float> row) {
        logp.emplace_back(row.begin(), row.end());
    };
    causal::measureTarget(decoder, plan.question, {}, take, std::move(stop), progress);
    SentenceEffects effects{.review = plan.review, .sentences = plan.sentences};
    if (plan.sentences.size() <= mostSentencesLeftOut) {
        leaveEachOut(effects, logp);
    } else {
        fitSurrogates(effects, plan, logp);
    }
    return effects;
}

OrderedJson toJson(const SentenceEffects& effects)
{
    OrderedJson result{{"review", effects.review},
                       {"exact", effects.isExact},
                       {"fit", effects.fit ? OrderedJson(*effects.fit) : OrderedJson()},
                       {"subsets", effects.subsets},
                       {"sentences", OrderedJson::array()},
                       {"effect", OrderedJson::array()}};
    const std::size_t s = effects.sentences.size();
    for (std::size_t i = 0; i < s; ++i) {
        result["sentences"].push_back({{"start", effects.sentences[i].begin},
                                       {"end", effects.sentences[i].end},
                                       {"log_effect", effects.logEffect[i]}});
    }
    for (std::size_t t = 0; t * s < effects.effect.size(); ++t) {
        const std::span row = std::span{effects.effect}.subspan(t * s, s);
        result["effect"].push_back(std::vector<float>{row.begin(), row.end()});
    }
    return result;
}

std::string sentenceOn(const SentenceEffects& effects, const Inspection& inspection)
{
    const auto strongest = std::ranges::max_element(effects.logEffect);
    const auto place = static_cast<std::size_t>(strongest - effects.logEffect.begin());
    const ByteRange range = effects.sentences[place];
    const store::ReviewRow& row = inspection.history[effects.review];
    std::string result = fmt::format(
        "Of past review {} ({}) the strongest sentence is \"{}\": {:+.2f} bits on the text",
        effects.review + 1, row.itemTitle,
        escapedForDisplay(row.review.text.substr(range.begin, range.size()), 80),
        *strongest / std::log(2.0));
    if (!effects.isExact) {
        result += effects.fit ? fmt::format("; by a linear surrogate of {} subsets that tells R² "
                                            "{:.2f} of those it has not seen",
                                            effects.subsets, *effects.fit)
                              : std::string{"; by a linear surrogate whose fit cannot be told"};
    }
    return result + ".";
}

} // namespace nextquill::workflow
