// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/FigureSettings.h"
#include "core/workflow/Inspection.h"

#include <string>

namespace nextquill::workflow {

// The heatmap as documents, one function per format. All text is escaped for its format; every
// document is complete in itself and asks nothing from the network. Private to this folder but for
// tests; callers use writeFigure().

/// Text set in lines with coloured boxes behind the words, title, legend and caption. Letters are
/// outlines: the figure looks the same in every program.
[[nodiscard]] std::string figureSvg(const Inspection& inspection,
                                    const FigureSettings& settings = {});

/// One page with hover cards (numbers and alternatives of both worlds), light and dark, no network.
[[nodiscard]] std::string figureHtml(const Inspection& inspection,
                                     const FigureSettings& settings = {});

/// A LaTeX document of \colorbox words that compiles with pdfLaTeX (which names what it has no
/// letters for), XeLaTeX and LuaLaTeX. Joined letters (Arabic) share one box.
[[nodiscard]] std::string figureTex(const Inspection& inspection,
                                    const FigureSettings& settings = {});

/// One row per token. Cells that a spreadsheet would run as a formula are quoted away.
[[nodiscard]] std::string figureCsv(const Inspection& inspection);

} // namespace nextquill::workflow
