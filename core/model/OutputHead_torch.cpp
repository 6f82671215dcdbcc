// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/OutputHead_torch.h"

#include "core/model/WideProduct_torch.h"

#include <utility>

namespace nextquill::model {

using torch::Tensor;

OutputHead::OutputHead(Tensor matrix, double logitCap)
    : weight{std::move(matrix)}
    , cap{logitCap}
{
}

Tensor OutputHead::logits(const Tensor& hidden) const
{
    Tensor z = wideProduct(hidden, weight);
    capInPlace(z);
    return z;
}

void OutputHead::capInPlace(Tensor& z) const
{
    if (cap != 0) {
        z.div_(cap).tanh_().mul_(cap);
    }
}

Tensor OutputHead::slope(const Tensor& capped) const
{
    return (capped / cap).square_().neg_().add_(1);
}

} // namespace nextquill::model
