// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/causal/PreferenceEffects.h"
#include "core/evaluate/GroundedFacts.h"
#include "core/store/Histories.h"
#include "core/workflow/EffectSentences.h"
#include "core/workflow/ProjectExamples.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::workflow {

/// The strength under which a text is most likely.
struct LikeliestStrength
{
    double strength = 0;   ///< s: 0 as without the history, 1 as with it
    double bits = 0;       ///< what it gives over s = 1, at least 0
    bool isAtEdge = false; ///< the end of the strengths that were tried: it may lie beyond
};

/// A text as a whole.
struct TextSummary
{
    std::int64_t tokens = 0;
    double bits =
        0; ///< sum of log2 p_h - log2 p_0: the pointwise mutual information with the history
    std::optional<LikeliestStrength> strength; ///< where it was looked for
    evaluate::GroundedFacts facts;             ///< against the item's title and description
};

/// From effects that were measured; `text` is what they were measured on.
[[nodiscard]] TextSummary textSummary(const causal::PreferenceEffects& effects,
                                      std::string_view text, const store::Item& item);

/// The strengths that are tried: -1 to 4 in steps of a quarter.
[[nodiscard]] std::vector<double> triedStrengths();

/// The maximum of a concave function from its values (nats) at ascending strengths, 1 among them:
/// the highest one, and a parabola through its neighbours.
[[nodiscard]] LikeliestStrength likeliestStrength(std::span<const double> strengths,
                                                  std::span<const double> likelihoods);

/// The same for a text: one twin pass (causal::strengthLikelihoods). `targetText` as in
/// twinExampleFor().
[[nodiscard]] LikeliestStrength likeliestStrengthOf(const store::ExampleData& data,
                                                    model::Decoder& decoder,
                                                    const ExampleSettings& settings,
                                                    const std::optional<std::string>& targetText,
                                                    const StopToken& stop, Progress& progress);

/// "this text is 2^18 times likelier for someone with this history"
[[nodiscard]] std::string meaningOfBits(double bits);

/// {"tokens", "bits", "meaning", "kept", "invented", "missing"}, and "likeliest_strength" where it
/// was looked for.
[[nodiscard]] OrderedJson toJson(const TextSummary& summary);

/// Names and numbers that a sentence lists before it says "and 3 more".
inline constexpr std::size_t usualFacts = 5;

/// Each of the summary's statements as a sentence in pieces: a name or a number that the text has
/// leads to its place there.
[[nodiscard]] std::vector<EffectSentence> linkedSentencesOf(const TextSummary& summary,
                                                            std::size_t mostFacts = usualFacts);

/// The same as plain words.
[[nodiscard]] std::vector<std::string> sentencesOf(const TextSummary& summary);

} // namespace nextquill::workflow
