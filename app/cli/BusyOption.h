// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/DeviceTurn.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace nextquill::app {

/// What to do when another run has the device.
inline void addBusyOption(CLI::App& command, workflow::WhenBusy& whenBusy)
{
    const std::map<std::string, workflow::WhenBusy> names{{"wait", workflow::WhenBusy::Wait},
                                                          {"refuse", workflow::WhenBusy::Refuse},
                                                          {"share", workflow::WhenBusy::Share}};
    command
        .add_option("--if-busy", whenBusy,
                    "Where another run trains on the device: wait for its end, refuse, or share "
                    "the device [wait]")
        ->transform(
            CLI::CheckedTransformer(names, CLI::ignore_case).description("wait|refuse|share"));
}

} // namespace nextquill::app
