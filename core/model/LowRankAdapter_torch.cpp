// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/LowRankAdapter_torch.h"

#include <cmath>

namespace nextquill::model {

using torch::Tensor;

LowRankAdapter LowRankAdapter::fresh(const Tensor& weight, std::int64_t rank, double scale,
                                     double dropout, torch::Generator generator)
{
    const bool wide = weight.scalar_type() == torch::kDouble;
    const auto options = torch::TensorOptions{}.dtype(wide ? torch::kDouble : torch::kFloat);
    const std::int64_t in = weight.size(1);
    const double bound = 1 / std::sqrt(static_cast<double>(in));
    LowRankAdapter adapter{.scale = scale, .dropout = dropout};
    // Drawn on the processor, so that a seed means the same on every device.
    Tensor a = torch::empty({rank, in}, options);
    a.uniform_(-bound, bound, std::move(generator));
    adapter.A = a.to(weight.device()).set_requires_grad(true);
    adapter.B = torch::zeros({weight.size(0), rank}, options.device(weight.device()));
    adapter.B.set_requires_grad(true);
    return adapter;
}

Tensor LowRankAdapter::mergedInto(const Tensor& weight) const
{
    return torch::addmm(weight.to(B.scalar_type()), B, A, 1, scale).to(weight.scalar_type());
}

} // namespace nextquill::model
