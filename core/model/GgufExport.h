// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelExport.h"

namespace nextquill::model {

/// exportModel() for GGUF.
void exportGguf(const ModelFiles& files, const WeightRows& weights, DType dtype,
                const std::filesystem::path& to, const StopToken& stop, Progress& progress);

} // namespace nextquill::model
