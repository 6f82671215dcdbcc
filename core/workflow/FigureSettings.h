// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/EffectColor.h"
#include "core/workflow/EffectMeasure.h"
#include "core/workflow/TextUnits.h"

#include <optional>

namespace nextquill::workflow {

/// The view that a figure shows. Two figures of the same inspection and the same settings are the
/// same, whoever asks for them.
struct FigureSettings
{
    EffectMeasure measure = EffectMeasure::Pce;
    UnitKind unit = UnitKind::Token;
    std::optional<double> range = {};     ///< colours end at this; none: the measure's own
    std::optional<double> threshold = {}; ///< PCE beyond which tokens are underlined; none: the
                                          ///< inspection's
    Ground ground = Ground::Light;        ///< HTML follows its reader's choice instead
    bool greyscale = false; ///< lines below and above the words in place of the two hues
    double width = 760;     ///< of SVG, PDF and PNG, in pixels of 1/96 inch
    double dpi = 192;       ///< of PNG
};

/// Throws Error(BadInput) naming the setting that makes no sense and what it may be.
void validate(const FigureSettings& settings);

} // namespace nextquill::workflow
