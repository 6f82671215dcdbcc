// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorView.h"

#include <torch/torch.h>

#include <optional>
#include <string>

namespace nextquill::model {

/// LibTorch's type for elements of a file; none for quantised ones.
[[nodiscard]] std::optional<torch::ScalarType> scalarType(DType type);
/// The file's type for LibTorch's. Throws Error(Internal) for one that we never write.
[[nodiscard]] DType dtypeOf(torch::ScalarType type);

/// A tensor of a file, on the processor and in its own type: the file's bytes themselves where they
/// are aligned, else a copy. Only to be read, and only while the file is mapped.
///
/// Throws Error(Internal) for quantised types.
[[nodiscard]] torch::Tensor borrowed(const TensorView& view);

/// A tensor for writeSafeTensors(): contiguous, on the processor, alive until it is written.
[[nodiscard]] NamedBlock namedBlock(const std::string& name, const torch::Tensor& tensor);

} // namespace nextquill::model
