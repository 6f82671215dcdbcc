// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/causal/TargetProbabilities.h"
#include "core/text/TokenId.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::causal {

/// One target under several prompts: with the whole history, and with one review left out each.
struct LeaveOneOutExample
{
    std::string id;
    std::vector<text::TokenId> full;                 ///< prompt with all reviews
    std::vector<std::vector<text::TokenId>> without; ///< prompt without review i, [k]
    std::vector<text::TokenId> target;               ///< [T]
};

/// Effect of each past review on each token: T rows of k values.
struct Attribution
{
    int reviews = 0;              ///< k
    std::vector<float> effect;    ///< [T * k], row-major: p(y_t | h) - p(y_t | h without review i)
    std::vector<float> logEffect; ///< [T * k]: the same of log p, nats; sums over tokens are the
                                  ///< text's, and no effect is lost where p is small

    [[nodiscard]] float at(std::size_t token, int review) const
    {
        return effect[token * static_cast<std::size_t>(reviews) + static_cast<std::size_t>(review)];
    }

    /// log p(y | h) - log p(y | h without review i) of the whole text, nats.
    [[nodiscard]] double textLogEffect(int review) const;

    /// Reviews by their effect on a token, or on the text where none is named: the one that made it
    /// most likely first. Of equal ones the newer, which comes first in a history.
    [[nodiscard]] std::vector<int> strongestFirst(std::optional<std::size_t> token = {}) const;
};

/// Takes the effects of one review, [T] each, as soon as they are known: a column of the matrix. On
/// the thread that measures.
using ReviewEffectSink = std::function<void(int review, std::span<const float> effect)>;

/// Measures leave-one-out effects in tree-shaped packed passes: prompts share their prefixes.
///
/// Numbers  softmax and differences in float32, whatever the decoder's dtype
/// Memory   bounded by `limits`, whatever the number of reviews
/// Stops    within a pass; throws Stopped
/// Throws   Error(BadInput) for an empty prompt or target, or more tokens than the model's context;
///          Error(OutOfMemory)
/// Source   METHOD.md, Per-history-item effect
[[nodiscard]] Attribution attribute(model::Decoder& decoder, const LeaveOneOutExample& example,
                                    const TreeLimits& limits, const ReviewEffectSink& sink,
                                    StopToken stop, Progress& progress);

/// The same with the usual limits, all at once.
[[nodiscard]] Attribution attribute(model::Decoder& decoder, const LeaveOneOutExample& example,
                                    StopToken stop, Progress& progress);

/// Its prompts as one question: the whole history first.
[[nodiscard]] PromptedTarget promptedTarget(const LeaveOneOutExample& example);

} // namespace nextquill::causal
