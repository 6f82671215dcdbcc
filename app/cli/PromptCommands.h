// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"

namespace nextquill::app {

// Commands below `data` about how prompts are made.

/// `data prompt`.
void addDataPrompt(CLI::App& data, Context& context);
/// `data template list|show|set|check|use|remove`.
void addDataTemplate(CLI::App& data, Context& context);
/// `data similar`.
void addDataSimilar(CLI::App& data, Context& context);

} // namespace nextquill::app
