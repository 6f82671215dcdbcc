// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelExport.h"

#include <filesystem>
#include <memory>

namespace nextquill::model {

/// The weights of a model with a PEFT directory's adapter merged into them, made row by row as they
/// are asked for: W + scale · B·A.
///
/// Numbers  the sum in float32, rounded once to the type that is asked for
/// Threads  the result may be called from any number of threads
/// Throws   what AdapterFolder throws; Error(BadInput) when the adapter is not of this model
[[nodiscard]] WeightRows mergedWeights(std::shared_ptr<const ModelFiles> files,
                                       const std::filesystem::path& adapter);

/// The same adapter as a new PEFT directory, checked. Throws Error(BadInput) when there is
/// something of that name already, what AdapterFolder throws, Error(Storage).
void exportAdapter(const std::filesystem::path& adapter, const std::filesystem::path& to);

} // namespace nextquill::model
