// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/Kernels.h"
#include "core/model/Parallel_torch.h"

#include <torch/torch.h>

namespace nextquill::model {

/// A tensor's memory as kernels see it; for a constant tensor too, whose elements may be written.
template<class T>
[[nodiscard]] T* memoryOf(const torch::Tensor& tensor)
{
    return static_cast<T*>(tensor.data_ptr());
}

/// Calls body with a value of the type of x's elements, as core/kernels names it.
template<class Body>
void withElement(const torch::Tensor& x, Body body)
{
    switch (x.scalar_type()) {
    case torch::kFloat:
        body(float{});
        break;
    case torch::kBFloat16:
        body(kernels::BFloat16{});
        break;
    default:
        body(double{});
        break;
    }
}

} // namespace nextquill::model
