// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/Progress.h"
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

/// What leaving out several reviews together costs the text.
struct TopDrop
{
    std::size_t reviews = 0; ///< k
    double strongest = 0;    ///< log p(y | h) - log p(y | h without the k strongest), nats
    double random = 0;       ///< the same without k random reviews, mean over draws
};

/// Whether an attribution tells what the history really does: leaving reviews out one by one says
/// nothing of what they do together.
///
/// Source  B. Cohen-Wang et al., arXiv 2409.00729 (top-k drop, LDS); S. M. Park et al., TRAK,
///         arXiv 2303.14186 (linear datamodeling score)
struct Faithfulness
{
    std::vector<TopDrop> drops; ///< k = 1, 2, … while there are reviews to choose from
    std::size_t draws = 0;      ///< of the random reviews, for each k
    /// Linear datamodeling score, in [-1, 1]: Spearman's correlation, over random halves of the
    /// history, of log p(y | half) with the sum of the half's own effects. None for fewer than two
    /// reviews.
    std::optional<double> lds;
    std::size_t subsets = 0; ///< random halves
};

/// Subsets of the history to be measured; prompts are made and the cost is known.
struct FaithfulnessPlan
{
    causal::PromptedTarget question;  ///< the whole history, then drops, then halves
    std::vector<std::size_t> dropped; ///< k of each k's strongest drop; `draws` random ones follow
    std::size_t draws = 0;
    std::vector<double> predicted; ///< of each half: the sum of its reviews' effects, nats
};

/// Throws  Error(BadInput) when the inspection has no attribution; Stopped
[[nodiscard]] FaithfulnessPlan planFaithfulness(const HistoryVariants& variants,
                                                const Inspection& inspection, std::uint64_t seed,
                                                StopToken stop);

/// Memory, stops, errors  those of causal::measureTarget
[[nodiscard]] Faithfulness measureFaithfulness(model::Decoder& decoder,
                                               const FaithfulnessPlan& plan, StopToken stop,
                                               Progress& progress);

/// {"lds", "subsets", "draws", "drops": [{"reviews", "strongest", "random"}]}, nats
[[nodiscard]] OrderedJson toJson(const Faithfulness& faithfulness);

[[nodiscard]] std::vector<std::string> sentencesOn(const Faithfulness& faithfulness);

} // namespace nextquill::workflow
