// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/text/TokenId.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::causal {

/// One text after many prompts: the question that attribution, placebo and resampling have in
/// common.
struct PromptedTarget
{
    std::string id;    ///< named in errors
    std::string stage; ///< said in progress: "leaving out one review after the other"
    std::vector<std::vector<text::TokenId>> prompts; ///< [P], none of them empty
    std::vector<text::TokenId> target;               ///< [T], T at least 1
};

/// Limit of one forward pass over a tree of prompts.
struct TreeLimits
{
    /// Rows of the tree, shared beginnings counted once. Fewer rows: the first results come sooner,
    /// memory is less, and beginnings that passes share are computed once in each of them. A
    /// prompt that is longer than this has a pass of its own.
    std::size_t rowsPerPass = 8192;
};

/// Consecutive prompts that go through the decoder together.
struct TreePass
{
    std::size_t first = 0; ///< into PromptedTarget::prompts
    std::size_t count = 0;
    std::size_t rows = 0; ///< of their tree, with the target behind each prompt
};

/// How the prompts are spread over passes: in their order, as many in each as its rows allow. Put
/// prompts that begin alike beside each other.
[[nodiscard]] std::vector<TreePass> planPasses(const PromptedTarget& question,
                                               const TreeLimits& limits);

/// What an answer takes, known before it is begun.
struct TreeCost
{
    std::int64_t prompts = 0;
    std::int64_t passes = 0;
    std::int64_t rows = 0;         ///< of all passes' trees
    std::int64_t separateRows = 0; ///< of a pass for each prompt, for comparison
    std::int64_t largestPass = 0;  ///< rows: memory goes with them
};
[[nodiscard]] TreeCost treeCost(const PromptedTarget& question, const TreeLimits& limits);

/// Takes log P(y_t | prompt, y_<t) of one prompt, [T] nats, as soon as it is known; on the thread
/// that measures, prompts in their order.
using LogProbabilitySink = std::function<void(std::size_t prompt, std::span<const float> logp)>;

/// Measures log P(target | prompt) for each prompt by teacher forcing, in packed passes in which
/// prompts share their beginnings.
///
/// Shapes   P calls of `sink` with T values each
/// Numbers  softmax in float32, whatever the decoder's dtype; equal to a pass for each prompt
///          (SeparatePasses) to 1e-5 in float32
/// Memory   goes with limits.rowsPerPass and T, not with P: only rows that predict the target leave
///          the decoder, and logits are made for 128 of them at a time
/// Threads  one at a time per decoder; no state is kept between calls
/// Stops    between layers of a pass and between chunks of logits; what `sink` was given is right
/// Throws   Error(BadInput) for an empty prompt or target, or more tokens than the model's context;
///          Error(OutOfMemory), Stopped
void measureTarget(model::Decoder& decoder, const PromptedTarget& question,
                   const TreeLimits& limits, const LogProbabilitySink& sink, StopToken stop,
                   Progress& progress);

} // namespace nextquill::causal
