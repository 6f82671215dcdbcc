// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace nextquill {

/// A file of the folder resources/ that is built into the program, by its path below that folder
/// ("prompts/nextquill.txt"). Lives as long as the program.
///
/// Throws Error(Internal) when there is none of that name.
[[nodiscard]] std::string_view resource(std::string_view path);

/// Paths of all built-in files that start with `prefix`, sorted.
[[nodiscard]] std::vector<std::string_view> resourcesBelow(std::string_view prefix);

} // namespace nextquill
