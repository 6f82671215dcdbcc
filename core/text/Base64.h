// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::text {

/// Base64 of RFC 4648, with its padding; none for what is none.
[[nodiscard]] std::optional<std::string> bytesOfBase64(std::string_view text);
[[nodiscard]] std::string toBase64(std::string_view bytes);

} // namespace nextquill::text
