// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TwinPass_torch.h"

#include "core/model/Segments.h"
#include "core/model/Transfer_torch.h"

namespace nextquill::causal {

namespace {

/// Collects the rows of one world over all examples.
class World
{
public:
    void add(model::SegmentedBatch& batch, int prefix, const std::vector<text::TokenId>& branch,
             const std::vector<text::TokenId>& target)
    {
        std::vector<text::TokenId> tokens = branch;
        tokens.insert(tokens.end(), target.begin(), target.end() - 1);
        const int segment = batch.add(prefix, tokens);
        const model::Segment& added = batch.segments[static_cast<std::size_t>(segment)];
        const std::int64_t first = added.begin + static_cast<std::int64_t>(branch.size()) - 1;
        for (std::size_t t = 0; t < target.size(); ++t) {
            rows.push_back(first + static_cast<std::int64_t>(t));
        }
    }

    std::vector<std::int64_t> rows;
};

} // namespace

TwinHidden twinPass(model::Network& network, std::span<const TwinExample> examples, Worlds worlds)
{
    model::SegmentedBatch batch;
    World history;
    World plain;
    TwinHidden result;
    std::vector<std::int64_t> targets;
    for (const TwinExample& example : examples) {
        const int prefix = batch.add(-1, example.prefix);
        if (worlds.history) {
            history.add(batch, prefix, example.historyBranch, example.target);
        }
        if (worlds.plain) {
            plain.add(batch, prefix, example.plainBranch, example.target);
        }
        for (const text::TokenId id : example.target) {
            targets.push_back(static_cast<std::int64_t>(id));
        }
        result.lengths.push_back(static_cast<std::int64_t>(example.target.size()));
    }
    std::vector<std::int64_t> rows = history.rows;
    rows.insert(rows.end(), plain.rows.begin(), plain.rows.end());

    const torch::Device device = network.headWeight().device();
    const torch::Tensor hidden = network.forward(batch, model::uploaded(rows, device));
    const auto T = static_cast<std::int64_t>(targets.size());
    result.targets = model::uploaded(targets, device);
    if (worlds.history) {
        result.hidden_h = hidden.narrow(0, 0, T);
    }
    if (worlds.plain) {
        result.hidden_0 = hidden.narrow(0, worlds.history ? T : 0, T);
    }
    return result;
}

} // namespace nextquill::causal
