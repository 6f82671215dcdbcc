// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"

#include <exception>
#include <string>

namespace nextquill::workflow {

/// Any exception as one of ours whose what() is a single line: problem, where, remedy. An Error
/// keeps its parts; of other exceptions only the first line of the message is taken, for libraries
/// put stacks with places of the machine behind it. Control characters are made visible.
[[nodiscard]] Error asError(const std::exception& error, const std::string& where);

} // namespace nextquill::workflow
