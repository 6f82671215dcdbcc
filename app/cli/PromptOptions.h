// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/ProjectExamples.h"

#include <CLI/CLI.hpp>

namespace nextquill::app {

/// The options of every command that makes prompts from a project's histories.
inline void declarePrompt(CLI::App& command, workflow::ExampleSettings& settings)
{
    command
        .add_option("--max-reviews", settings.budget.maximumReviews, "Past reviews in the prompt")
        ->capture_default_str();
    command.add_option("--max-prompt-tokens", settings.budget.promptTokens, "Longest prompt")
        ->capture_default_str();
}

} // namespace nextquill::app
