// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace nextquill::model {

/// Numbers of the host as a tensor [n] on a device.
///
/// To a CUDA device they go through pinned memory and nobody waits: the copy lies before what uses
/// it in the order of the current stream, and LibTorch keeps the pinned memory until it is done.
[[nodiscard]] torch::Tensor uploaded(const std::vector<std::int64_t>& numbers,
                                     torch::Device device);
[[nodiscard]] torch::Tensor uploaded(const std::vector<std::int32_t>& numbers,
                                     torch::Device device);
[[nodiscard]] torch::Tensor uploaded(const std::vector<float>& numbers, torch::Device device);

/// A tensor's numbers, on the host. Waits until the device has computed them: passes do without,
/// and a step reads together what it needs.
[[nodiscard]] std::vector<double> downloaded(const torch::Tensor& numbers);

/// The name under which profilers, and tests, see every downloaded().
inline constexpr const char* downloadScope = "nextquill::downloaded";

} // namespace nextquill::model
