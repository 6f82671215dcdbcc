// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Decoder.h"

#include <torch/torch.h>

#include <string>

namespace nextquill::model {

/// The device of a name as DecoderOptions has it; "auto" is the first accelerator, else the
/// processor. Throws Error(BadInput) for another word, Error(Unsupported) for one that is not here.
[[nodiscard]] torch::Device findDevice(const std::string& name);

/// True when products of bfloat16 have instructions of their own there.
[[nodiscard]] bool multipliesBFloat16(torch::Device device);

[[nodiscard]] torch::ScalarType scalarType(ComputeType type);
[[nodiscard]] ComputeType computeType(torch::ScalarType type);

} // namespace nextquill::model
