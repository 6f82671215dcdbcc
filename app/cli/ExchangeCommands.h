// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"

namespace nextquill::app {

// What a project holds and how it came to be, below `data`: for people, and for other projects.

/// `data diff`.
void addDataDiff(CLI::App& data, Context& context);
/// `data export`.
void addDataExport(CLI::App& data, Context& context);
/// `data history` and `data apply`.
void addRecipeCommands(CLI::App& data, Context& context);
/// `data show`.
void addDataShow(CLI::App& data, Context& context);

} // namespace nextquill::app
