// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/causal/LinearSurrogate.h"
#include "core/causal/TargetProbabilities.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::workflow {

class HistoryVariants;
struct Inspection;

/// Up to so many sentences each is left out by itself; of more, random halves are.
inline constexpr std::size_t mostSentencesLeftOut = 16;

/// What each sentence of one past review does to each token of the inspected text.
struct SentenceEffects
{
    std::size_t review = 0;           ///< place in Inspection::history
    std::vector<ByteRange> sentences; ///< [s] in that review's text
    std::vector<float> effect;        ///< [T * s], row-major: p(y_t | h) - p(y_t | h without it)
    std::vector<double> logEffect;    ///< [s] the same of log p of the whole text, nats
    /// Every sentence was left out by itself. Else effects are the weights of a linear surrogate
    /// (causal::LinearSurrogate), which are only as good as its fit.
    bool isExact = true;
    /// Of the surrogate on subsets that it has not seen: R² of log p of the text.
    std::optional<double> fit;
    std::size_t subsets = 0; ///< measured for the surrogate, those for its fit included

    [[nodiscard]] float at(std::size_t token, std::size_t sentence) const
    {
        return effect[token * sentences.size() + sentence];
    }
};

/// A review's sentences to be measured: prompts are made and the cost is known (causal::treeCost of
/// `question`).
struct SentencePlan
{
    std::size_t review = 0;
    std::vector<ByteRange> sentences;
    std::vector<causal::PartMask> masks; ///< which sentences are there, parallel to the prompts
    causal::PromptedTarget question;     ///< the whole review first
};

/// Takes the sentences of a past review (text::sentencesOf) and makes a prompt without each, or
/// with random halves of them where they are more than mostSentencesLeftOut: four times as many
/// subsets as sentences, 64 to 256, a quarter of them for the fit.
///
/// To take the strongest review first, ask for causal::Attribution::strongestFirst().
///
/// Throws  Error(BadInput) for a review without text; Stopped
[[nodiscard]] SentencePlan planSentences(const HistoryVariants& variants,
                                         const Inspection& inspection, std::size_t review,
                                         std::uint64_t seed, StopToken stop);

/// Memory, stops, errors  those of causal::measureTarget
[[nodiscard]] SentenceEffects measureSentences(model::Decoder& decoder, const SentencePlan& plan,
                                               StopToken stop, Progress& progress);

/// {"review", "exact", "fit", "subsets", "sentences": [{"start", "end", "log_effect"}], "effect":
/// a row per token}
[[nodiscard]] OrderedJson toJson(const SentenceEffects& effects);

/// The review's strongest sentence with its figures, and how sure they are.
[[nodiscard]] std::string sentenceOn(const SentenceEffects& effects, const Inspection& inspection);

} // namespace nextquill::workflow
