// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/generate/Generation.h"

#include "app/cli/Commands.h"
#include "app/cli/ControlOptions.h"
#include "app/cli/FigureOptions.h"
#include "app/cli/ModelOptions.h"
#include "app/cli/PromptOptions.h"

#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::app {

struct InspectOptions
{
    std::filesystem::path project;
    std::string model = "demo";
    std::int64_t example = 0; ///< 0: those of a split or a filter
    std::string split;
    std::string part = "test";
    std::string where;
    std::size_t limit = 0; ///< 0: all
    std::vector<std::filesystem::path> out;
    std::string format = "svg";
    bool replaces = false;
    bool generated = false;
    std::string beginning;
    bool wholeText = false;
    ControlOptions controls;
    FigureOptions figure;
    PromptOptions prompt;
    generate::GenerationSettings generation;
    ModelOptions machine;

    [[nodiscard]] bool isOfMany() const { return !split.empty() || !where.empty(); }
};

/// Declares what chooses many texts instead of one.
void declareMany(CLI::App& command, InspectOptions& options);

/// A figure for each text of a split or a filter. Returns the exit status.
int inspectMany(const InspectOptions& options, Context& context);

} // namespace nextquill::app
