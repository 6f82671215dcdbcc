// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/workflow/ModelChoice.h"

#include <string>

namespace nextquill::workflow {

/// A digest that is another one after whatever changes what a model says: its weights,
/// configuration, tokenizer, adapter; wherever its files lie and whatever it is called.
///
/// Threads  any
/// Speed    reads all weights once; asked again in this process for files of the same size and time
///          it is known
/// Throws   Error(BadInput) and Error(Storage) for files that cannot be read; Stopped
[[nodiscard]] std::string modelDigest(const ModelChoice& choice, const StopToken& stop,
                                      Progress& progress);

} // namespace nextquill::workflow
