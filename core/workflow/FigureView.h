// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/FigureSettings.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/UnitSigns.h"

#include <cstddef>
#include <string>
#include <vector>

namespace nextquill::workflow {

/// What has one colour in a figure.
struct ColoredUnit
{
    TextUnit unit;
    double value = 0;
    bool isClipped = false; ///< beyond the range: drawn as its end, with a mark
    UnitSigns signs; ///< of controls: hatched where uncertain, a diamond where the user's own
};

/// What every format draws of an inspection, worked out once.
struct FigureView
{
    std::vector<ColoredUnit> units;
    std::vector<TextUnit> weighted; ///< tokens above the threshold: what training would weight
    double range = 0;
    double threshold = 0;
    double tick = 0;           ///< a small value that the legend names beside the range's end
    bool isSigned = true;      ///< there are values below 0
    std::size_t clipped = 0;   ///< units beyond the range
    int resamples = 0;         ///< histories drawn anew; 0: no unit was tested by them
    int placebos = 0;          ///< other users' histories
    std::size_t uncertain = 0; ///< units that are hatched
    std::size_t own = 0;       ///< units with a diamond
    std::size_t undrawn = 0;   ///< tokens without a place in the text (the end of it)
};

[[nodiscard]] FigureView figureView(const Inspection& inspection, const FigureSettings& settings);

/// The unit's color under the settings.
[[nodiscard]] Rgb colorOf(const ColoredUnit& unit, const FigureView& view,
                          const FigureSettings& settings, Ground ground);

/// "orange: more likely because of the history; blue: less likely because of the history"
[[nodiscard]] std::string legendWords(const FigureSettings& settings);

/// Values that a legend shows with their colours, smallest first: the ends, the tick, 0.
[[nodiscard]] std::vector<double> legendValues(const FigureView& view);

/// "+0.5", "−0.05" (with the sign that is as wide as the plus); "0.5" without values below 0.
[[nodiscard]] std::string legendNumber(double value, const FigureView& view);

/// What the colours, lines and marks mean, in sentences.
[[nodiscard]] std::string legendSentences(const FigureView& view, const FigureSettings& settings);

/// What was measured, of what, by what: model, digests, example, prompt, seed, version.
[[nodiscard]] std::string caption(const Inspection& inspection, const FigureSettings& settings,
                                  const FigureView& view);

/// What the figure does not show of the text and its history, in sentences; empty where it shows
/// all.
[[nodiscard]] std::string hiddenSentences(const Inspection& inspection, const FigureView& view);

} // namespace nextquill::workflow
