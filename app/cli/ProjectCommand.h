// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"

#include <memory>

namespace nextquill::app {

/// A command below `group` whose first argument is an existing project: `Options::project`.
template<typename Options>
CLI::App* addProjectCommand(CLI::App& group, const std::shared_ptr<Options>& options,
                            Context& context, const char* name, const char* help,
                            int (*action)(const Options&, Context&))
{
    CLI::App* const command = group.add_subcommand(name, help);
    command->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    command->callback([options, &context, action] {
        context.action = [options, &context, action] { return action(*options, context); };
    });
    return command;
}

} // namespace nextquill::app
