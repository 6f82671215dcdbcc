// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/FigureSettings.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace nextquill::app {

/// How a figure is drawn: the options of `inspect`.
struct FigureOptions
{
    std::string measure = "pce";
    std::string unit = "token";
    std::string ground = "light";
    std::optional<double> range;
    std::optional<double> threshold;
    bool greyscale = false;
    double width = workflow::FigureSettings{}.width;
    double dpi = workflow::FigureSettings{}.dpi;

    void declare(CLI::App& command);

    /// Throws Error(BadInput) for what makes no sense.
    [[nodiscard]] workflow::FigureSettings settings() const;
};

} // namespace nextquill::app
