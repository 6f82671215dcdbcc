// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/WhatIf.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace nextquill::ui {

class ModelShelf;

/// What is to be measured, by value: it goes to another thread.
struct TextToMeasure
{
    std::filesystem::path project;
    std::string model; ///< as ModelBox names it
    ExampleId example{};
    std::optional<std::string> text; ///< in place of the user's own
    workflow::HistoryEdits edits;    ///< of the history, for this measurement alone
};

/// The effects on a text under a model, with prompts as the model was taught.
///
/// Threads  any worker
/// Throws   what ModelShelf::with() and workflow::inspect() throw
[[nodiscard]] std::shared_ptr<const workflow::Inspection> measureText(ModelShelf& models,
                                                                      const TextToMeasure& request,
                                                                      const StopToken& stop,
                                                                      Progress& progress);

/// For each token of `tokens`, the one of `others` (of the same text) that has its first byte; -1
/// where none has.
[[nodiscard]] std::vector<qsizetype> counterparts(const std::vector<causal::TokenEffect>& tokens,
                                                  const std::vector<causal::TokenEffect>& others);

} // namespace nextquill::ui
