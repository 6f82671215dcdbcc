// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/FigureOptions.h"

#include <vector>

namespace nextquill::app {

namespace {

std::vector<std::string> measureIds()
{
    std::vector<std::string> ids;
    for (const workflow::EffectMeasureInfo& info : workflow::effectMeasures()) {
        ids.emplace_back(info.id);
    }
    return ids;
}

} // namespace

void FigureOptions::declare(CLI::App& command)
{
    command.add_option("--measure", measure, "What is coloured")
        ->check(CLI::IsMember(measureIds()))
        ->capture_default_str();
    command.add_option("--unit", unit, "What has one colour; log ratios add up, others are means")
        ->check(CLI::IsMember({"token", "word", "sentence"}))
        ->capture_default_str();
    command.add_option("--range", range, "Colours end at this value; by default the measure's own");
    command.add_option("--threshold", threshold,
                       "Tokens with a PCE above it are underlined; 0.05 by default");
    command.add_option("--ground", ground, "Paper of svg, pdf and png")
        ->check(CLI::IsMember({"light", "dark"}))
        ->capture_default_str();
    command.add_flag("--greyscale", greyscale, "Lines below and above words in place of hues");
    command.add_option("--width", width, "Of svg, pdf and png, in pixels of 1/96 inch")
        ->capture_default_str();
    command.add_option("--dpi", dpi, "Resolution of png")->capture_default_str();
}

workflow::FigureSettings FigureOptions::settings() const
{
    const workflow::FigureSettings settings{.measure = *workflow::measureCalled(measure),
                                            .unit = *workflow::unitCalled(unit),
                                            .range = range,
                                            .threshold = threshold,
                                            .ground = ground == "dark" ? workflow::Ground::Dark
                                                                       : workflow::Ground::Light,
                                            .greyscale = greyscale,
                                            .width = width,
                                            .dpi = dpi};
    workflow::validate(settings);
    return settings;
}

} // namespace nextquill::app
