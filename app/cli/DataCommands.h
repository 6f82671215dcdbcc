// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"

namespace nextquill::app {

// The commands below `nextquill data` that have a file of their own.
void addDataMarkup(CLI::App& data, Context& context);
void addRejects(CLI::App& data, Context& context);

} // namespace nextquill::app
