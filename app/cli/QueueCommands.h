// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"

namespace nextquill::app {

/// `runs work`, `move`, `unqueue` and `recover`.
void addQueueCommands(CLI::App& runs, Context& context);
/// `runs watch`.
void addWatchCommand(CLI::App& runs, Context& context);

} // namespace nextquill::app
