// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TargetProbabilities.h"

#include "core/causal/SequenceTree.h"

#include <algorithm>

namespace nextquill::causal {

namespace {

using Ids = std::vector<text::TokenId>;

/// Rows that a prompt adds to the tree of those before it, its target behind it.
std::size_t addedRows(const PromptedTarget& question, std::size_t first, std::size_t added)
{
    const Ids& prompt = question.prompts[added];
    const std::size_t inputs = question.target.size() - 1; // the last token predicts nothing
    const std::size_t whole = prompt.size() + inputs;
    std::size_t shared = 0;
    for (std::size_t i = first; i < added; ++i) {
        const Ids& other = question.prompts[i];
        const std::size_t common = commonTokens(prompt, other);
        const bool equal = common == prompt.size() && common == other.size();
        shared = std::max(shared, equal ? whole : common);
    }
    return whole - shared;
}

} // namespace

std::vector<TreePass> planPasses(const PromptedTarget& question, const TreeLimits& limits)
{
    std::vector<TreePass> passes;
    for (std::size_t i = 0; i < question.prompts.size(); ++i) {
        const std::size_t more = passes.empty() ? 0 : addedRows(question, passes.back().first, i);
        if (passes.empty() || passes.back().rows + more > limits.rowsPerPass) {
            passes.push_back({.first = i, .count = 0, .rows = 0});
        }
        passes.back().rows += addedRows(question, passes.back().first, i);
        ++passes.back().count;
    }
    return passes;
}

TreeCost treeCost(const PromptedTarget& question, const TreeLimits& limits)
{
    TreeCost cost{.prompts = std::ssize(question.prompts)};
    for (const TreePass& pass : planPasses(question, limits)) {
        const auto rows = static_cast<std::int64_t>(pass.rows);
        ++cost.passes;
        cost.rows += rows;
        cost.largestPass = std::max(cost.largestPass, rows);
    }
    for (const Ids& prompt : question.prompts) {
        cost.separateRows += std::ssize(prompt) + std::ssize(question.target) - 1;
    }
    return cost;
}

} // namespace nextquill::causal
