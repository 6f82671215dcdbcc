// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nextquill::store {

/// "1 review", "12,403 reviews": steps are kept by their names, which are English.
[[nodiscard]] std::string counted(std::int64_t number, std::string_view one, std::string_view more);

} // namespace nextquill::store
