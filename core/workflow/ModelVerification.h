// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/workflow/ModelChoice.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::workflow {

enum class CheckState {
    Passed,
    Failed,
    Skipped, ///< nothing to compare with, or an earlier check failed
};

[[nodiscard]] std::string_view name(CheckState state); ///< "passed", "failed", "skipped"

/// One check of a model, and what it found.
struct ModelCheck
{
    std::string name; ///< "checksums"
    CheckState state = CheckState::Skipped;
    std::string found;  ///< "290 tensors, all finite", or what is wrong and where
    std::string remedy; ///< of what failed
};

/// A model's self-check, in this order: files (they open, and shapes fit the configuration),
/// checksums (where the hub's are known), weights (each number is finite), tokenizer (texts come
/// back as they were), special tokens (those that end a text are in the tokenizer), chat markup (so
/// are those that mark its turns; skipped where it is not recognised), forward pass (finite
/// probabilities, adapters included).
///
/// Stops    Stopped, within 50 ms while files are read
/// Throws   nothing else for a model that is wrong: that is a check that failed
[[nodiscard]] std::vector<ModelCheck> verifyModel(const ModelChoice& choice, const StopToken& stop,
                                                  Progress& progress);

[[nodiscard]] bool isSound(const std::vector<ModelCheck>& checks); ///< none failed
[[nodiscard]] OrderedJson toJson(const std::vector<ModelCheck>& checks);
[[nodiscard]] std::string toText(const std::vector<ModelCheck>& checks);

} // namespace nextquill::workflow
