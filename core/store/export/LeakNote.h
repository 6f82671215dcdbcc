// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/LeakChecks.h"

#include <optional>
#include <string>

namespace nextquill::store {

/// What a data card says of leaks between histories and targets: lines of a list in Markdown.
[[nodiscard]] std::string leakNote(const std::optional<LeakCheck>& check);

} // namespace nextquill::store
