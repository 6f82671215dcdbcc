// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <string>

namespace nextquill::workflow {

// The heatmap as documents, one function per format. All text is escaped for its format; every
// document is complete in itself and asks nothing from the network. Private to this folder but for
// tests; callers use writeFigure().

/// Text set in lines with coloured boxes behind the words, title, legend and caption. Every word
/// has its own x and `textLength`, so that another program's font cannot drift from the boxes.
[[nodiscard]] std::string figureSvg(const Inspection& inspection);

/// One page with hover cards (numbers and alternatives of both worlds), light and dark, no network.
[[nodiscard]] std::string figureHtml(const Inspection& inspection);

/// A LaTeX document of \colorbox words that compiles with xcolor alone.
[[nodiscard]] std::string figureTex(const Inspection& inspection);

/// One row per token. Cells that a spreadsheet would run as a formula are quoted away.
[[nodiscard]] std::string figureCsv(const Inspection& inspection);

/// "PCE of the history on each token · model … · example … · 23 % above 0.05"
[[nodiscard]] std::string caption(const Inspection& inspection);

} // namespace nextquill::workflow
