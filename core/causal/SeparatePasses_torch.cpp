// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/SeparatePasses_torch.h"

#include "core/model/Transfer_torch.h"

namespace nextquill::causal {

torch::Tensor separateLogProbabilities(model::Network& network,
                                       std::span<const std::vector<text::TokenId>> prompts,
                                       const std::vector<text::TokenId>& target,
                                       const StopToken& stop)
{
    const torch::NoGradGuard noGrad;
    const auto T = static_cast<std::int64_t>(target.size());
    std::vector<std::int64_t> ids;
    for (const text::TokenId id : target) {
        ids.push_back(static_cast<std::int64_t>(id));
    }
    const torch::Tensor targets = model::uploaded(ids, network.device()).unsqueeze(1);
    const model::OutputHead head = network.head();
    std::vector<torch::Tensor> all;
    for (std::vector<text::TokenId> sequence : prompts) {
        stopPoint(stop);
        sequence.insert(sequence.end(), target.begin(), target.end() - 1);
        model::SegmentedBatch batch;
        static_cast<void>(batch.add(-1, sequence));
        const auto length = static_cast<std::int64_t>(sequence.size());
        const torch::Tensor rows = torch::arange(length - T, length).to(network.device());
        const torch::Tensor hidden = network.forward(batch, rows);
        all.push_back(torch::log_softmax(head.logits(hidden), 1).gather(1, targets).squeeze(1));
    }
    return torch::stack(all);
}

} // namespace nextquill::causal
