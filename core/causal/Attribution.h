// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/text/TokenId.h"

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
    int reviews = 0;           ///< k
    std::vector<float> effect; ///< [T * k], row-major: p(y_t | h) - p(y_t | h without review i)

    [[nodiscard]] float at(std::size_t token, int review) const
    {
        return effect[token * static_cast<std::size_t>(reviews) + static_cast<std::size_t>(review)];
    }
};

/// Measures leave-one-out effects in one tree-shaped packed pass: prompts share their prefixes.
///
/// Numbers  softmax and differences in float32, whatever the decoder's dtype
/// Stops    between passes; throws Stopped
/// Throws   Error(BadInput) for an empty prompt or target, or more tokens than the model's context;
///          Error(OutOfMemory)
/// Source   METHOD.md, Per-history-item effect
[[nodiscard]] Attribution attribute(model::Decoder& decoder, const LeaveOneOutExample& example,
                                    StopToken stop, Progress& progress);

} // namespace nextquill::causal
