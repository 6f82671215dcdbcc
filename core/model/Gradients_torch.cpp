// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Gradients_torch.h"

#include "core/model/RowFunctions_torch.h"

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace nextquill::model {

using torch::Tensor;

void addGradient(const Tensor& parameter, Tensor gradient)
{
    for (const auto& hook : torch::autograd::impl::hooks(parameter)) {
        gradient = (*hook)({gradient}).at(0);
    }
    gradientOf(parameter).add_(gradient);
}

Tensor gradientOf(const Tensor& parameter)
{
    Tensor handle = parameter;
    if (!handle.grad().defined()) {
        handle.mutable_grad() = torch::zeros(
            parameter.sizes(),
            parameter.options().dtype(wideType(parameter.scalar_type())).requires_grad(false));
    }
    return handle.grad();
}

} // namespace nextquill::model
