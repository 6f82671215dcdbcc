// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nextquill::curate {

/// A word as it is compared: in lower case, character by character, with ’ as '.
[[nodiscard]] std::string lowerCase(std::string_view word);

} // namespace nextquill::curate
