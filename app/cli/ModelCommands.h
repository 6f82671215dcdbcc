// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"

namespace nextquill::app {

// The commands below `nextquill model`, one function per file.
void addModelExport(CLI::App& model, Context& context);
void addModelFetch(CLI::App& model, Context& context);

} // namespace nextquill::app
