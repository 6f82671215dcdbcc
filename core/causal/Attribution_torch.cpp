// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/Attribution.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/TorchErrors_torch.h"
#include "core/model/Transfer_torch.h"

#include <algorithm>
#include <span>

namespace nextquill::causal {

namespace {

using torch::Tensor;
using Ids = std::vector<text::TokenId>;

constexpr std::size_t tokensPerPass = 8192;

/// Token sequences packed as a tree: every common beginning stands once.
class SequenceTree
{
public:
    explicit SequenceTree(std::vector<Ids> sequences)
        : m_sequences{std::move(sequences)}
        , m_rows(m_sequences.size())
    {
        std::vector<std::size_t> all(m_sequences.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = i;
        }
        grow(-1, all, 0);
    }

    [[nodiscard]] const model::SegmentedBatch& batch() const { return m_batch; }

    /// Row of the batch that holds token `position` of sequence `index`.
    [[nodiscard]] std::int64_t row(std::size_t index, std::size_t position) const
    {
        return m_rows[index][position];
    }

private:
    /// Adds what `members` have in common behind `offset`, then each group that differs there.
    void grow(int parent, const std::vector<std::size_t>& members, std::size_t offset)
    {
        const std::size_t end = commonEnd(members, offset);
        const Ids& first = m_sequences[members.front()];
        const int segment = m_batch.add(parent, std::span{first}.subspan(offset, end - offset));
        const std::int64_t begin = m_batch.segments[static_cast<std::size_t>(segment)].begin;
        for (const std::size_t member : members) {
            for (std::size_t i = offset; i < end; ++i) {
                m_rows[member].push_back(begin + static_cast<std::int64_t>(i - offset));
            }
        }
        std::vector<std::size_t> rest;
        for (const std::size_t member : members) {
            if (m_sequences[member].size() > end) {
                rest.push_back(member);
            }
        }
        while (!rest.empty()) {
            const text::TokenId next = m_sequences[rest.front()][end];
            std::vector<std::size_t> same;
            std::vector<std::size_t> others;
            for (const std::size_t member : rest) {
                (m_sequences[member][end] == next ? same : others).push_back(member);
            }
            grow(segment, same, end);
            rest = std::move(others);
        }
    }

    [[nodiscard]] std::size_t commonEnd(const std::vector<std::size_t>& members,
                                        std::size_t offset) const
    {
        const Ids& first = m_sequences[members.front()];
        std::size_t end = first.size();
        for (const std::size_t member : members) {
            const Ids& other = m_sequences[member];
            std::size_t same = offset;
            while (same < std::min(end, other.size()) && first[same] == other[same]) {
                ++same;
            }
            end = std::min(end, same);
        }
        return end;
    }

    std::vector<Ids> m_sequences;
    std::vector<std::vector<std::int64_t>> m_rows;
    model::SegmentedBatch m_batch;
};

/// P(target) after each prompt, [prompts, T], from one packed pass.
Tensor targetProbabilities(model::Network& network, const std::vector<Ids>& prompts,
                           const Ids& target)
{
    std::vector<Ids> sequences;
    for (const Ids& prompt : prompts) {
        sequences.push_back(prompt);
        sequences.back().insert(sequences.back().end(), target.begin(), target.end() - 1);
    }
    const SequenceTree tree{sequences};
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        for (std::size_t t = 0; t < target.size(); ++t) {
            rows.push_back(tree.row(i, prompts[i].size() - 1 + t));
        }
    }
    const model::OutputHead head = network.head();
    const Tensor hidden = network.forward(tree.batch(), model::uploaded(rows, network.device()));
    std::vector<std::int64_t> ids;
    for (const text::TokenId id : target) {
        ids.push_back(static_cast<std::int64_t>(id));
    }
    const auto T = static_cast<std::int64_t>(target.size());
    const Tensor targets = model::uploaded(ids, network.device()).unsqueeze(1);
    std::vector<Tensor> all;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        const Tensor own = hidden.narrow(0, static_cast<std::int64_t>(i) * T, T);
        all.push_back(torch::softmax(head.logits(own), 1).gather(1, targets).squeeze(1));
    }
    return torch::stack(all).to(torch::kCPU, torch::kFloat);
}

void requireUsable(const LeaveOneOutExample& example, const model::ModelConfig& config)
{
    const bool emptyPrompt =
        example.full.empty() || std::ranges::any_of(example.without, &Ids::empty);
    if (example.target.empty() || emptyPrompt) {
        throw Error{ErrorKind::BadInput, "a prompt or the target has no tokens", example.id,
                    "choose a text with words"};
    }
    std::size_t longest = example.full.size();
    for (const Ids& prompt : example.without) {
        longest = std::max(longest, prompt.size());
    }
    if (longest + example.target.size() > static_cast<std::size_t>(config.contextLength)) {
        throw Error{ErrorKind::BadInput,
                    "prompt and text have " + std::to_string(longest + example.target.size()) +
                        " tokens, the model's context is " + std::to_string(config.contextLength),
                    example.id, "lower the prompt budget, or take a shorter text"};
    }
}

Attribution leaveEachOut(model::Decoder& decoder, const LeaveOneOutExample& example,
                         const StopToken& stop, Progress& progress)
{
    const torch::NoGradGuard noGrad;
    const std::size_t T = example.target.size();
    const std::size_t k = example.without.size();
    Attribution attribution{.reviews = static_cast<int>(k), .effect = std::vector<float>(T * k)};
    for (std::size_t first = 0; first < k;) {
        stopPoint(stop);
        progress.report({.done = static_cast<std::int64_t>(first),
                         .total = static_cast<std::int64_t>(k),
                         .stage = "leaving out one review after the other"});
        // The whole history goes along in each group: its prefixes are shared with all others.
        std::vector<Ids> prompts{example.full};
        std::size_t tokens = example.full.size() + T;
        std::size_t last = first;
        while (last < k &&
               (last == first || tokens + example.without[last].size() + T <= tokensPerPass)) {
            tokens += example.without[last].size() + T;
            prompts.push_back(example.without[last]);
            ++last;
        }
        const Tensor p = targetProbabilities(decoder.network(), prompts, example.target);
        const auto values = p.accessor<float, 2>();
        for (std::size_t i = first; i < last; ++i) {
            for (std::size_t t = 0; t < T; ++t) {
                const auto column = static_cast<std::int64_t>(t);
                attribution.effect[t * k + i] =
                    values[0][column] - values[static_cast<std::int64_t>(i - first) + 1][column];
            }
        }
        first = last;
    }
    return attribution;
}

} // namespace

Attribution attribute(model::Decoder& decoder, const LeaveOneOutExample& example, StopToken stop,
                      Progress& progress)
{
    requireUsable(example, decoder.config());
    return model::translated("attributing to the history of " + example.id,
                             [&] { return leaveEachOut(decoder, example, stop, progress); });
}

} // namespace nextquill::causal
