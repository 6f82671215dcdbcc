// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"

namespace nextquill::app {

// Commands below `data` that look for what is wrong with the histories.
void addDedup(CLI::App& data, Context& context);
void addErase(CLI::App& data, Context& context);
void addLeaks(CLI::App& data, Context& context);
void addProfile(CLI::App& data, Context& context);
void addRedact(CLI::App& data, Context& context);
void addScreen(CLI::App& data, Context& context);

} // namespace nextquill::app
