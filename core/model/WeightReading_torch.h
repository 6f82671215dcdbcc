// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelFiles.h"

#include <torch/torch.h>

#include <string>

namespace nextquill::model {

/// Fills `target` with a model's tensor of the same shape, on all threads and in the target's own
/// type: beside the target there are a few megabytes of the file in memory, and for a target on
/// another device or in pieces one copy of it.
///
/// Throws Error(BadInput) when there is no tensor of that name.
void readWeight(const ModelFiles& files, const std::string& name, const torch::Tensor& target);

} // namespace nextquill::model
