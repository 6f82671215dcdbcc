// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/SafeTensorsFile.h"
#include "core/train/AdamW_torch.h"

#include <filesystem>
#include <vector>

namespace nextquill::train {

/// Writes tensors into a safetensors file, in their own number format.
void writeTensors(const std::filesystem::path& file, const std::vector<AdamW::Slot>& slots);

/// The tensor called `name`, borrowed from `stored`, which was opened from `file`. Throws
/// Error(BadInput) naming it when it is missing or of another shape or format.
[[nodiscard]] torch::Tensor storedTensor(const model::SafeTensorsFile& stored,
                                         const std::filesystem::path& file, const std::string& name,
                                         torch::IntArrayRef shape, torch::ScalarType type);

/// Fills tensors in place from such a file. Throws Error(BadInput) naming the tensor that is
/// missing or of another shape or format.
void readTensors(const std::filesystem::path& file, const std::vector<AdamW::Slot>& slots);

} // namespace nextquill::train
