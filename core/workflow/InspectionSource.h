// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/ProjectExamples.h"

#include <string>

namespace nextquill::workflow {

// Where an inspection's numbers come from, for captions.

/// "at most 8 past reviews and 2048 tokens, chosen recent, template nextquill"
[[nodiscard]] std::string promptWords(const store::ExampleData& data,
                                      const ExampleSettings& settings);

/// ModelFiles::digest() where it takes no more than some seconds, else empty. What was read once is
/// remembered for as long as the files stay as they are. Any number of threads. Stops within 50 ms.
[[nodiscard]] std::string weightsDigest(const model::ModelFiles& files, const StopToken& stop);

} // namespace nextquill::workflow
