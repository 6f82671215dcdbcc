// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/causal/Objective.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/WhatIf.h"

#include <QString>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::causal {
class TwinMemory;
}

namespace nextquill::ui {

class ModelShelf;
class TokenRelay;

/// What a measurement needs, by value: it runs on another thread.
struct MeasureRequest
{
    std::filesystem::path project;
    std::string model;
    ExampleId example{};
    bool generated = false;               ///< a text that the model writes now
    std::optional<std::string> text;      ///< this text, in place of the user's own
    workflow::HistoryEdits edits;         ///< of the history, for this measurement alone
    std::vector<text::TokenId> beginning; ///< of a text that is written: its first tokens
    std::shared_ptr<TokenRelay> relay;    ///< hears each token that is written; may be null
    /// What earlier questions about this text have left, and this one adds to; may be null.
    std::shared_ptr<causal::TwinMemory> memory;
};

/// An inspection, and what the model's run tells about reading it.
struct MeasuredText
{
    std::shared_ptr<const workflow::Inspection> inspection; ///< null: nothing is shown
    causal::Objective objective; ///< of the run that made the model; else the method's defaults
    bool isOfRun = false;        ///< there is such a run
};

/// Texts that the inspector has a model write end here, in tokens.
inline constexpr int longestGeneratedText = 120;

/// Measures on a worker, with a connection of its own. Throws what workflow::inspect() and
/// inspectWritten() throw.
[[nodiscard]] MeasuredText measureText(ModelShelf& models, const MeasureRequest& request,
                                       const StopToken& stop, Progress& progress);

/// Everything that was left out, cut or capped on the way to the view, in one sentence: what a
/// reader would otherwise not know. `clipped` values lie beyond ±`range` of the colors.
[[nodiscard]] QString whatIsHidden(const MeasuredText& text, qsizetype clipped, float range);

} // namespace nextquill::ui
