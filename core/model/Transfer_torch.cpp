// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Transfer_torch.h"

#include <ATen/record_function.h>

#include <algorithm>

namespace nextquill::model {

namespace {

using torch::Tensor;

template<class T>
Tensor copied(const std::vector<T>& numbers, torch::Device device)
{
    const bool pins = device.is_cuda();
    const auto options = torch::TensorOptions{}.dtype(c10::CppTypeToScalarType<T>::value);
    const Tensor host =
        torch::empty({std::ssize(numbers)}, pins ? options.pinned_memory(true) : options);
    std::ranges::copy(numbers, host.mutable_data_ptr<T>());
    return host.to(device, /*non_blocking=*/pins);
}

} // namespace

Tensor uploaded(const std::vector<std::int64_t>& numbers, torch::Device device)
{
    return copied(numbers, device);
}

Tensor uploaded(const std::vector<std::int32_t>& numbers, torch::Device device)
{
    return copied(numbers, device);
}

Tensor uploaded(const std::vector<float>& numbers, torch::Device device)
{
    return copied(numbers, device);
}

std::vector<double> downloaded(const Tensor& numbers)
{
    RECORD_USER_SCOPE(downloadScope);
    const Tensor host = numbers.detach().to(torch::kCPU, torch::kDouble).contiguous();
    const double* first = host.const_data_ptr<double>();
    return {first, first + host.numel()};
}

} // namespace nextquill::model
