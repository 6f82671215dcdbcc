// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/ProjectExamples.h"

#include <CLI/CLI.hpp>
#include <string>

namespace nextquill::store {
class Project;
}

namespace nextquill::app {

/// The options of every command that makes prompts from a project's histories. What is not given is
/// that of the run that made the model, else the project's.
struct PromptOptions
{
    workflow::ExampleSettings budget;
    std::string promptTemplate;
    std::string select;
    text::SelectionRule rule;

    void declare(CLI::App& command);
    /// Those of the selection alone.
    void declareSelection(CLI::App& command);

    /// What was given. Throws Error(BadInput) for a template that is not there, or options that
    /// contradict each other.
    [[nodiscard]] workflow::ExampleSettings given(store::Project& project) const;
    /// The same, and for the rest what the model's run did.
    [[nodiscard]] workflow::ExampleSettings forModel(store::Project& project,
                                                     const workflow::ModelChoice& choice) const;
};

} // namespace nextquill::app
