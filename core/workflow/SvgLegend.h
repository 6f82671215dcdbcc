// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/FigureView.h"
#include "core/workflow/SvgPage.h"

namespace nextquill::workflow {

/// Draws the scale with its ticks and what it means in words; its upper edge is at `y`. Returns
/// where the legend ends. Places on the scale follow the square root, as the colours do.
double drawLegend(SvgPage& page, const FigureView& view, const FigureSettings& settings, double x,
                  double y, double width);

} // namespace nextquill::workflow
