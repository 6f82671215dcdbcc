// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/PlainPass_torch.h"

#include "core/model/RowFunctions_torch.h"
#include "core/model/Segments.h"

namespace nextquill::bench {

torch::Tensor plainLogits(model::Network& network, const std::vector<text::TokenId>& ids,
                          std::int64_t rows)
{
    const model::WithoutKernels without;
    model::SegmentedBatch batch;
    static_cast<void>(batch.add(-1, ids));
    const torch::Tensor hidden = network.forward(batch);
    return torch::mm(hidden, network.headWeight().t())
        .narrow(0, hidden.size(0) - rows, rows)
        .to(torch::kFloat);
}

} // namespace nextquill::bench
