// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/workflow/KnownModels.h"
#include "core/workflow/ModelInfo.h"
#include "core/workflow/VerifiedModels.h"

#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::ui {

/// A model in the list, and what is known of it by now.
struct ModelEntry
{
    workflow::KnownModel known;
    bool isThere = true; ///< something is at its place
    std::optional<workflow::VerifiedModel> verified;
    std::shared_ptr<const workflow::ModelSummary> summary; ///< null: not looked at yet

    /// One can work with it: it is there, whole and opens.
    [[nodiscard]] bool isUsable() const;
    [[nodiscard]] bool isAdapter() const;
};

/// How a model stands, the worst first.
enum class ModelState { Missing, Partial, Broken, Unsound, Changed, Sound, Unverified };

[[nodiscard]] ModelState stateOf(const ModelEntry& entry);
[[nodiscard]] QString shownState(const ModelEntry& entry);       ///< a word or two, for the list
[[nodiscard]] QString sentenceOf(const ModelEntry& entry);       ///< for the card
[[nodiscard]] QString shownKind(const ModelEntry& entry);        ///< "GGUF file"
[[nodiscard]] QString shownSource(workflow::ModelSource source); ///< "yours, in all projects"

/// An error as a sentence and its remedy, with the same words as on the command line.
[[nodiscard]] QString shownError(const Error& error);

/// The models of the project (which may be null) and of all projects. For a worker.
[[nodiscard]] std::vector<ModelEntry> listModels(store::Project* project);

} // namespace nextquill::ui
