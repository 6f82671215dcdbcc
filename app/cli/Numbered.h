// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace nextquill::app {

/// "1 review", "2 reviews"; `many` where an s does not do.
[[nodiscard]] inline std::string numbered(std::int64_t count, std::string_view one,
                                          std::string_view many = {})
{
    return count == 1     ? fmt::format("1 {}", one)
           : many.empty() ? fmt::format("{} {}s", count, one)
                          : fmt::format("{} {}", count, many);
}

[[nodiscard]] inline std::string numbered(std::size_t count, std::string_view one,
                                          std::string_view many = {})
{
    return numbered(static_cast<std::int64_t>(count), one, many);
}

} // namespace nextquill::app
